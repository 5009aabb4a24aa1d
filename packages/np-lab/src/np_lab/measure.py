"""Measure the grader like a classifier: ``python -m np_lab.measure``.

Mutants are wrong by construction, so each must be caught, and named. The solutions of the units
are right, so none may be called wrong. Empty stubs must fail. A course folder in which the units
up to k are solved must pass these and no other.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from np_lab._student import Settings, write_folder
from np_lab.checking import check_file
from np_lab.course import UNITS, Unit, select
from np_lab.grading import grade, mistake_of
from np_lab.task import Task


@dataclass
class Figures:
    """What was counted. The lists hold what went wrong, as text."""

    mutants: int = 0
    missed: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)
    variants: int = 0
    false_alarms: list[str] = field(default_factory=list)
    stubs: int = 0
    stubs_passed: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def holds(self) -> bool:
        """Whether the figures are what the course promises."""
        wrong = [*self.missed, *self.false_alarms, *self.stubs_passed, *self.out_of_order]
        return not wrong and len(self.misnamed) <= 0.05 * self.mutants

    def __str__(self) -> str:
        named = self.mutants - len(self.misnamed)
        return "\n".join(
            [
                f"tasks                        {len(select(None))}",
                f"mutants                      {self.mutants}",
                f"mutants caught               {self.mutants - len(self.missed)}",
                f"mutants named correctly      {named} ({named / max(self.mutants, 1):.1%})",
                f"right variants               {self.variants}",
                f"false alarms                 {len(self.false_alarms)}",
                f"empty stubs                  {self.stubs}",
                f"empty stubs that pass        {len(self.stubs_passed)}",
                f"units that need a later one  {len(self.out_of_order)}",
                f"slowest check                {self.slowest[0]:.2f} s ({self.slowest[1]})",
            ]
        )


def solutions(unit: Unit, task: Task) -> Iterator[tuple[str, Any]]:
    """Yield the right solutions of a task: its name, or its name and two underscores."""
    module = importlib.import_module(f"np_lab.units.{unit.name}.solutions")
    for name, value in vars(module).items():
        if name.split("__")[0] == task.name:
            yield name, value


def measure() -> Figures:
    """Run the grader on everything whose truth is known."""
    figures = Figures()
    for unit, task in select(None):
        for name, mutant in task.mutants.items():
            start = time.process_time()
            report = grade(task, mutant)
            taken = time.process_time() - start
            figures.slowest = max(figures.slowest, (taken, f"{task.name}: {name}"))
            figures.mutants += 1
            named = [finding.mistake for finding in report.findings]
            if not named:
                figures.missed.append(f"{task.name}: {name}")
            if named != [mistake_of(name)]:
                figures.misnamed.append(f"{task.name}: {name} is called {', '.join(named)}")
        for name, solution in solutions(unit, task):
            report = grade(task, solution)
            figures.variants += 1
            if not report.passed:
                figures.false_alarms.append(f"{name}: {report.texts('en')}")
    _measure_folders(figures)
    return figures


def _measure_folders(figures: Figures) -> None:
    """Solve one unit after the other in a student's folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder, Settings())
        for unit, task in select(None):
            figures.stubs += 1
            if check_file(folder, unit, task, "en").passed:
                figures.stubs_passed.append(task.name)
        for unit in UNITS:
            module = importlib.import_module(f"np_lab.units.{unit.name}.solutions")
            text = inspect.getsource(module)
            (folder / unit.folder / f"{unit.name}.py").write_text(text, encoding="utf-8")
            for task in unit.tasks:
                result = check_file(folder, unit, task, "en")
                if not result.passed:
                    figures.out_of_order.append(f"{task.name}: {result.texts}")


def main() -> int:
    """Print the figures; return 1 if they are not what the course promises."""
    figures = measure()
    print(figures)
    for kind in ("missed", "misnamed", "false_alarms", "stubs_passed", "out_of_order"):
        for line in getattr(figures, kind):
            print(f"  {kind.replace('_', ' ')}: {line}")
    return 0 if figures.holds else 1


if __name__ == "__main__":
    sys.exit(main())
