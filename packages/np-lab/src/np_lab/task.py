"""A task of the course: what a student writes, what is right, and the mistakes that people make.

A task is judged by what it computes. Its ``run`` function calls the student's function or class on
the data of a case and returns named outputs. The oracle and the mutants go through the same
``run``, so all of them can be compared output by output.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Arrays = dict[str, Any]  # named inputs of a case, or named outputs of a run
Solution = Callable[..., Any]  # a function or a class that a student writes


class Text(NamedTuple):
    """A sentence in the two languages of the course."""

    en: str
    ko: str

    def in_language(self, language: str) -> str:
        """Return the sentence in ``"en"`` or ``"ko"``."""
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True)
class Mutant:
    """A wrong solution that people really write, and what to tell them.

    Parameters
    ----------
    name : str
        Short name, such as ``"bias-mean"``.
    solution : callable
        The wrong function or class; it takes what the right one takes.
    diagnosis : Text
        What is wrong, and a question or a formula that leads to the right line.
    outputs : tuple of str
        Names of the outputs that this mistake changes. An output of a submission is compared with
        the mutants that change it, so that two mistakes in two outputs are both named. Empty: all
        outputs must agree with the mutant.
    """

    name: str
    solution: Solution
    diagnosis: Text
    outputs: tuple[str, ...] = ()


def call_with_inputs(
    solution: Solution, inputs: Mapping[str, Any], names: tuple[str, ...]
) -> Arrays:
    """Call a function with the inputs in their order and name what it returns."""
    result = solution(*inputs.values())
    if result is None:
        raise ValueError(f"must return {', '.join(names)}, got None; is it written yet?")
    values = (result,) if len(names) == 1 else tuple(result)
    if len(values) != len(names):
        raise ValueError(f"must return {len(names)} values {', '.join(names)}, got {len(values)}")
    return dict(zip(names, values, strict=True))


@dataclass(frozen=True)
class Task:
    """One thing to implement.

    Parameters
    ----------
    name : str
        Name of the function or class that the student writes, unique in the course.
    file : str
        Student's file, such as ``"dense.py"``.
    title : Text
        What it is, in a few words.
    outputs : tuple of str
        Names of what is compared.
    oracle : callable
        The definition, in float64 and plain loops or einsum.
    cases : callable
        Returns the inputs of every case, smallest first; inputs are dictionaries of named values.
    mutants : tuple of Mutant
        Wrong solutions, the most frequent first.
    hints : tuple of Text
        They climb: the shapes, the formula, the line.
    run : callable, optional
        ``run(solution, inputs, outputs)`` returns the named outputs. The default calls a function.
    may_change : tuple of str
        Inputs that the solution is allowed to write into, such as an optimizer's parameters.
    """

    name: str
    file: str
    title: Text
    outputs: tuple[str, ...]
    oracle: Solution
    cases: Callable[[], list[Arrays]]
    mutants: tuple[Mutant, ...]
    hints: tuple[Text, ...]
    run: Callable[[Solution, Mapping[str, Any], tuple[str, ...]], Arrays] = call_with_inputs
    may_change: tuple[str, ...] = field(default=())


def copy_inputs(inputs: Mapping[str, Any]) -> Arrays:
    """Return copies of the arrays, so that a solution cannot change the data of a case."""
    return {
        name: value.copy() if isinstance(value, np.ndarray) else value
        for name, value in inputs.items()
    }
