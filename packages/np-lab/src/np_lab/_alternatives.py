"""What the definition gives for other inputs: a result of ``b = 0`` means that b is not used.

This needs no list of mistakes. It is tried where no mutant of the task fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from np_lab._comparison import agree
from np_lab._patterns import Pattern, batch_size
from np_lab._running import Arrays
from np_lab.task import Task, observe

Change = Callable[[Arrays], Arrays]


def alternative_of(task: Task, cases: list[Arrays], output: str, got: list[Any]) -> Pattern | None:
    """Return the change of the inputs for which the oracle gives in every case what was got."""
    for pattern, change in _changes(cases[0]):
        if all(
            agree(value, observe(task, task.oracle, change(case)).outputs.get(output))
            for case, value in zip(cases, got, strict=True)
        ):
            return pattern
    return None


def _changes(case: Arrays) -> Iterator[tuple[Pattern, Change]]:
    """Yield changes of the inputs, each with the message that it stands for."""
    for name, value in {**case.get("options", {}), **case}.items():
        if isinstance(value, float | int) or (
            isinstance(value, np.ndarray) and value.dtype.kind in "if"
        ):
            for number in (0, 1):
                yield ("as-if", {"name": name, "value": number}), _fill(name, number)
    yield ("last-row-missing", {}), _cut(slice(None, -1))
    yield ("first-row-missing", {}), _cut(slice(1, None))


def _fill(name: str, number: int) -> Change:
    """Return a change that gives an input, or every number of it, another value."""

    def change(case: Arrays) -> Arrays:
        if name in case.get("options", {}):
            return {**case, "options": {**case["options"], name: number}}
        value = case[name]
        other = np.full_like(value, number) if isinstance(value, np.ndarray) else number
        return {**case, name: other}

    return change


def _cut(rows: slice) -> Change:
    """Return a change that takes a part of the rows of the batch."""

    def change(case: Arrays) -> Arrays:
        batch = batch_size(case)
        return {
            name: value[rows] if isinstance(value, np.ndarray) and len(value) == batch else value
            for name, value in case.items()
        }

    return change
