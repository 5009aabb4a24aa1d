"""Check what stands in a student's folder, or what is defined in a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from np_lab._reports import Result, as_text
from np_lab._running import ProtocolError
from np_lab._student import load_solution
from np_lab._texts import message
from np_lab.course import Unit, select
from np_lab.grading import grade
from np_lab.task import Task


def check_file(folder: Path, unit: Unit, task: Task, language: str) -> Result:
    """Grade one task from the student's folder."""
    try:
        solution = load_solution(folder, unit, task)
    except ProtocolError as error:
        text = message(error.mistake, language, **error.values)
        return Result(unit.folder, task.name, (error.mistake,), (text,))
    return _check(unit, task, solution, language)


def check(*solutions: Any, language: str = "en") -> bool:
    """Grade functions and classes by their names, print the result, return whether all are right.

    Examples
    --------
    >>> def dense_forward(x, W, b):
    ...     return x @ W
    >>> check(dense_forward)
    ✗ 02_dense: dense_forward
        the bias b is missing: a neuron whose inputs are all zero answers b, not 0.
    <BLANKLINE>
    0 of 1 tasks are right.
    A hint for dense_forward: np-lab hint dense_forward
    False
    """
    results = []
    for solution in solutions:
        ((unit, task),) = select(solution.__name__)
        results.append(_check(unit, task, solution, language))
    print(as_text(results, language))
    return all(result.passed for result in results)


def _check(unit: Unit, task: Task, solution: Any, language: str) -> Result:
    report = grade(task, solution)
    mistakes = tuple(finding.mistake for finding in report.findings)
    return Result(unit.folder, task.name, mistakes, tuple(report.texts(language)))
