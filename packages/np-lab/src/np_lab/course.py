"""The course: its units in order, and where the files of each are.

A unit is a folder under ``units/`` with ``tasks.py`` (its tasks), ``notes.en.md`` and
``notes.ko.md`` (the text), and ``stub/`` (the files that a student fills in).
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from np_lab.task import Task, Text


@dataclass(frozen=True)
class Unit:
    """One unit: about 90 minutes of reading, predicting, breaking, implementing and proving."""

    number: int
    name: str
    title: Text

    @property
    def folder(self) -> str:
        """Name of its folder among the student's files, such as ``02_dense``."""
        return f"{self.number:02d}_{self.name}"

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks in order."""
        module = importlib.import_module(f"np_lab.units.{self.name}.tasks")
        return tuple(module.TASKS)

    def notes(self, language: str) -> str:
        """Return the text of the unit, in Markdown."""
        return (self._source / f"notes.{language}.md").read_text(encoding="utf-8")

    def stubs(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each file that the student fills in."""
        for stub in sorted((self._source / "stub").iterdir(), key=lambda item: item.name):
            if stub.name.endswith(".py"):
                yield stub.name, stub.read_text(encoding="utf-8")

    @property
    def _source(self) -> Traversable:
        return files("np_lab.units") / self.name


UNITS = (Unit(2, "dense", Text("The dense layer", "완전 연결 층")),)


def select(name: str | None) -> list[tuple[Unit, Task]]:
    """Return the tasks that a name stands for: a unit's number or name, a file, a task, or all.

    Raises
    ------
    KeyError
        If the course has nothing of that name.
    """
    every = [(unit, task) for unit in UNITS for task in unit.tasks]
    if name is None:
        return every
    found = [
        (unit, task)
        for unit, task in every
        if name in (str(unit.number), unit.name, unit.folder, task.file, task.name)
    ]
    if not found:
        names = [unit.name for unit in UNITS] + [task.name for _, task in every]
        near = difflib.get_close_matches(name, names, n=3) or names
        raise KeyError(f"the course has no unit or task {name!r}; near it: {', '.join(near)}")
    return found
