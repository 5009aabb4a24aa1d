"""The course: its units in order, and where the files of each are.

A unit is a folder under ``units/``: ``tasks.py`` (oracles, cases and the prediction),
``mutants.py`` (mistakes), ``solutions.py`` (right solutions), ``stub.py`` (what the student fills
in), ``experiment.py`` (what the student runs), and the texts in two languages.
"""

from __future__ import annotations

import difflib
import importlib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from np_lab._texts import unit_texts
from np_lab.task import Task


@dataclass(frozen=True)
class Unit:
    """One unit: about 90 minutes of reading, predicting, breaking, implementing and proving."""

    number: int
    name: str

    @property
    def folder(self) -> str:
        """Name of its folder among the student's files, such as ``02_dense``."""
        return f"{self.number:02d}_{self.name}"

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks in order."""
        return tuple(importlib.import_module(f"np_lab.units.{self.name}.tasks").TASKS)

    def predict(self, seed: int) -> tuple[Mapping[str, Any], float]:
        """Return the numbers of the question for a seed, and the answer."""
        module = importlib.import_module(f"np_lab.units.{self.name}.tasks")
        values, answer = module.predict(seed)
        return values, float(answer)

    def title(self, language: str) -> str:
        """Return its title."""
        return str(unit_texts(self.name, language)["title"])

    def notes(self, language: str, seed: int = 0) -> str:
        """Return the text of the unit in Markdown, with the numbers of the seed."""
        text = (self._source / f"notes.{language}.md").read_text(encoding="utf-8")
        return string.Template(text).substitute(self.predict(seed)[0])

    def files(self) -> dict[str, str]:
        """Return the files for the student: the stub and the experiment."""
        names = {"stub.py": f"{self.name}.py", "experiment.py": "experiment.py"}
        texts = {new: (self._source / old).read_text("utf-8") for old, new in names.items()}
        return {name: _without_tool_comments(text) for name, text in texts.items()}

    @property
    def _source(self) -> Traversable:
        return files("np_lab.units") / self.name


def _without_tool_comments(text: str) -> str:
    """Remove what only this repository's tools need."""
    return re.sub(r"^# (mypy|ruff):.*\n|  # noqa.*$", "", text, flags=re.MULTILINE)


UNITS = (
    Unit(1, "data"),
    Unit(2, "dense"),
    Unit(3, "activations"),
    Unit(4, "losses"),
    Unit(5, "gradcheck"),
    Unit(6, "sgd"),
    Unit(7, "adam"),
    Unit(8, "regularisation"),
    Unit(9, "conv"),
    Unit(10, "batchnorm"),
    Unit(11, "metrics"),
    Unit(12, "capstone"),
)


def select(name: str | None) -> list[tuple[Unit, Task]]:
    """Return the tasks that a name stands for: a unit's number or name, a task, or all.

    Raises
    ------
    KeyError
        If the course has nothing of that name. Its arguments are the name and names near it.
    """
    every = [(unit, task) for unit in UNITS for task in unit.tasks]
    if name is None:
        return every
    wanted = name.removesuffix(".py").rstrip("/")
    found = [
        (unit, task)
        for unit, task in every
        if wanted in (str(unit.number), unit.name, unit.folder, task.name)
    ]
    if not found:
        names = [unit.name for unit in UNITS] + [task.name for _, task in every]
        raise KeyError(name, difflib.get_close_matches(name, names, n=3) or names)
    return found


def select_unit(name: str) -> Unit:
    """Return the unit of a name, or the unit that holds the task of that name."""
    return select(name)[0][0]
