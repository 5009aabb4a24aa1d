"""A task of the course: what a student writes, what is right, and the mistakes that people make.

A task is judged by what it computes. Its ``run`` function calls the student's function or class on
the data of a case and returns named outputs. The oracle and the mutants go through the same
``run``, so all of them can be compared output by output.
"""

from __future__ import annotations

import importlib
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from np_lab._errors import Line, own_line
from np_lab._running import Arrays, ProtocolError, Run, Solution, call_function


@dataclass(frozen=True)
class Task:
    """One thing to implement.

    Parameters
    ----------
    unit : str
        Name of the unit, which is also the name of its folder and of the student's file.
    name : str
        Name of the function or class that the student writes, unique in the course.
    outputs : tuple of str
        Names of what is compared.
    oracle : callable
        The definition, in float64 and plain loops or einsum.
    cases : callable
        Returns the inputs of every case, smallest first; inputs are dictionaries of named values.
    mutants : mapping of str to callable
        Wrong solutions that people really write, the most frequent first. The text for each is in
        ``texts.en.toml`` and ``texts.ko.toml`` of the unit, under the same name. Forms of one
        mistake share a text: ``"name#form"`` has the text of ``"name"``.
    run : callable
        ``run(solution, inputs, outputs)`` returns the named outputs. The default calls a function.
    figures : bool
        True if the outputs are figures about something random, such as a share. General patterns,
        such as a wrong sign or a factor, mean nothing for these.
    """

    unit: str
    name: str
    outputs: tuple[str, ...]
    oracle: Solution
    cases: Callable[[], list[Arrays]]
    mutants: Mapping[str, Solution]
    run: Run = call_function
    figures: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy a task of the course by its name, as Python does with functions."""
        return _task_of_course, (self.unit, self.name)


def _task_of_course(unit: str, name: str) -> Task:
    tasks: tuple[Task, ...] = importlib.import_module(f"np_lab.units.{unit}.tasks").TASKS
    return next(task for task in tasks if task.name == name)


@dataclass(frozen=True)
class Observation:
    """What a solution did with one case.

    Outputs or an error, the inputs that it changed, and the first floating-point error: its kind,
    such as ``"overflow"``, and its line.
    """

    outputs: Arrays
    error: BaseException | None = None
    changed: tuple[str, ...] = ()
    first_float_error: tuple[str, Line | None] | None = None


def observe(task: Task, solution: Solution, case: Mapping[str, Any]) -> Observation:
    """Run a solution on copies of a case's inputs."""
    inputs = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in case.items()}
    float_errors: list[tuple[str, Line | None]] = []

    def note(kind: str, flag: int) -> None:
        if not float_errors:
            float_errors.append((kind, own_line(traceback.extract_stack())))

    try:
        with warnings.catch_warnings(), np.errstate(all="call", under="ignore", call=note):
            warnings.simplefilter("ignore")
            outputs = task.run(solution, inputs, task.outputs)
        outputs = {name: _array(name, value) for name, value in outputs.items()}
    except (Exception, SystemExit) as error:  # a student's code may raise anything
        return Observation({}, error)
    changed = tuple(
        name
        for name, value in case.items()
        if isinstance(value, np.ndarray)
        and not np.array_equal(value, inputs[name], equal_nan=value.dtype.kind == "f")
    )
    return Observation(outputs, None, changed, float_errors[0] if float_errors else None)


def _array(name: str, value: Any) -> np.ndarray[Any, Any]:
    try:
        return np.array(value)
    except ValueError as error:  # lists of different lengths
        raise ProtocolError(
            "wrong-kind", output=name, got=" ".join(repr(value).split())[:80]
        ) from error
