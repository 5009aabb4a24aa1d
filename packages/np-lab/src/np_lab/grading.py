"""Judge a solution by what it computes, and name the mistake when it is wrong.

The grader says one of four things, in this order: a part is not written yet; the code behaves
wrongly (it writes into its input, or it remembers an earlier call); a mutant or a general pattern
computes the same wrong numbers; and otherwise the smallest case that fails, expected and got.
"""

from __future__ import annotations

import inspect
import itertools
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from np_lab._comparison import agree, is_numeric, same_mistake
from np_lab._patterns import pattern_of
from np_lab._running import Arrays, ProtocolError, Solution, unwritten
from np_lab._texts import message, unit_texts
from np_lab.task import Observation, Task, observe

# Errors of Python and NumPy that deserve an explanation, and how their texts are recognised.
ERROR_SIGNS = {
    "broadcast": "broadcast",
    "product-shapes": "matmul",
    "product-shapes#dot": "not aligned",
    "power": "unsupported operand type(s) for ^",
    "truth-of-array": "truth value of an array",
    "index": "IndexError",
    "self-missing": "takes 1 positional argument but 2 were given",
}

# Where the frames of an error are not the student's: this package and NumPy.
LIBRARIES = (str(Path(__file__).parent), str(Path(np.__file__).parent))

SMALL = 12  # inputs with at most so many numbers are printed, so that one can calculate by hand


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    ``mistake`` names a mutant of the task, a pattern, a behaviour, or how the smallest failing
    case differs (``"wrong-value"``, ``"wrong-shape"``, ``"error"``). ``output`` is the output
    that it is about, if it is about one.
    """

    mistake: str
    output: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What `grade` found: no findings means that the solution is right."""

    task: Task
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True if the solution is right."""
        return not self.findings

    @property
    def started(self) -> bool:
        """False if a part of the solution is still empty."""
        return all(finding.mistake != "unwritten" for finding in self.findings)

    def texts(self, language: str) -> list[str]:
        """Return what to tell the student, one text a finding."""
        own = unit_texts(self.task.unit, language)[self.task.name]
        return [_text(finding, own, language) for finding in self.findings]


def _text(finding: Finding, own: Mapping[str, str], language: str) -> str:
    if finding.mistake in own:
        return own[finding.mistake]
    values = {"output": finding.output, **finding.values}
    if finding.output:
        values["output"] = _place(finding.output, finding.values.get("index", ""), language)
    if finding.mistake == "two-mistakes":
        values = {key: own[mutant] for key, mutant in finding.values.items()}
    if "line" in finding.values:
        line = finding.values["line"]
        values["line"] = message("line", language, number=line[0], text=line[1]) if line else ""
    return message(finding.mistake, language, **values)


def _place(output: str, index: str, language: str) -> str:
    """Return the name of an output with an index; ``"p@2"`` is p after step 2."""
    name, _, step = output.partition("@")
    place = name + index
    return message("after-step", language, name=place, step=step) if step else place


def mistake_of(mutant: str) -> str:
    """Return the name of the mistake without its form: ``"name"`` for ``"name#form"``."""
    return mutant.partition("#")[0]


def grade(task: Task, solution: Solution) -> Report:
    """Compare a solution with the oracle, and explain what differs."""
    if name := unwritten(solution):
        return Report(task, (Finding("unwritten", values={"name": name}),))
    return Report(task, tuple(_Comparison(task, solution).findings()))


class _Comparison:
    """The results of a solution beside the expected ones, case by case."""

    def __init__(self, task: Task, solution: Solution) -> None:
        self.task, self.solution = task, solution
        self.cases = task.cases()
        self.expected = [observe(task, task.oracle, case).outputs for case in self.cases]
        self.got = [observe(task, solution, case) for case in self.cases]

    def findings(self) -> Iterator[Finding]:
        changed = next((run.changed[0] for run in self.got if run.changed), None)
        if changed is not None:
            yield Finding("writes-into-input", values={"name": changed})
            return
        wrong = self._wrong_outputs(self.got)
        if not wrong:
            yield from self._remembered()
            return
        for mistake, explained in self._known_mistakes(wrong):
            yield mistake
            wrong = [name for name in wrong if name not in explained]
        broken = next((i for i, run in enumerate(self.got) if run.error is not None), None)
        if wrong and broken is not None:
            name = getattr(self.solution, "__name__", "")
            yield _error(self.cases[broken], self.got[broken].error, name)
            return
        for output in wrong:
            got, right = self._of(output)
            pattern = None if self.task.figures else pattern_of(self.cases, got, right)
            if pattern:
                yield Finding(pattern[0], output, pattern[1])
            else:
                # One mistake often changes several outputs: the first that is unknown is enough.
                yield self._smallest_failure(output)
                return

    def _of(self, output: str) -> tuple[list[Any], list[Any]]:
        """Return what was got and what was expected for one output, in every case."""
        return (
            [run.outputs.get(output) for run in self.got],
            [right[output] for right in self.expected],
        )

    def _wrong_outputs(self, runs: list[Observation]) -> list[str]:
        return [
            name
            for name in self.task.outputs
            if not all(
                agree(run.outputs.get(name), right[name])
                for run, right in zip(runs, self.expected, strict=True)
            )
        ]

    def _remembered(self) -> Iterator[Finding]:
        """Run all cases again: a right solution gives the same numbers whatever ran before."""
        again = [observe(self.task, self.solution, case) for case in self.cases]
        for name in self._wrong_outputs(again)[:1]:
            yield Finding("remembers", name)

    def _known_mistakes(self, wrong: list[str]) -> Iterator[tuple[Finding, list[str]]]:
        """Yield mutants that computed the same, each with the outputs that it explains."""
        open_outputs = set(wrong)
        effects = {name: self._effects(mutant) for name, mutant in self.task.mutants.items()}
        # One mistake that explains several outputs is likelier than several mistakes.
        for name, outputs in sorted(effects.items(), key=lambda item: -len(item[1])):
            if open_outputs.intersection(outputs):
                open_outputs.difference_update(outputs)
                output = outputs[0] if len(outputs) == 1 else None
                yield Finding(mistake_of(name), output), outputs
        if open_outputs == set(wrong) and not any(run.error for run in self.got):
            for first, second in itertools.combinations(self.task.mutants, 2):
                both = _combined(self.task.mutants[first], self.task.mutants[second])
                if both is not None and (outputs := self._effects(both)):
                    values = {"first": mistake_of(first), "second": mistake_of(second)}
                    yield Finding("two-mistakes", None, values), outputs
                    return

    def _effects(self, mutant: Solution) -> list[str]:
        """Return the outputs that a mutant changes, if the submission has the same there."""
        runs = [observe(self.task, mutant, case) for case in self.cases]
        effects = self._wrong_outputs(runs)
        seen, errors = False, []
        for run, wrong, right in zip(self.got, runs, self.expected, strict=True):
            if (run.error is None) != (wrong.error is None):
                return []
            if run.error is not None:
                errors.append(repr(run.error) == repr(wrong.error))
                continue
            for name in effects:
                if not same_mistake(run.outputs.get(name), wrong.outputs.get(name), right[name]):
                    return []
                seen = seen or not agree(wrong.outputs.get(name), right[name])
        return effects if seen or (errors and all(errors)) else []

    def _smallest_failure(self, output: str) -> Finding:
        for case, got, right in zip(self.cases, *self._of(output), strict=True):
            if not agree(got, right):
                return _difference(output, case, got, right)
        raise RuntimeError("no case fails")


def _combined(first: Solution, second: Solution) -> Solution | None:
    """Return a class with the mistakes of two mutants, if they override different methods."""
    if not (inspect.isclass(first) and inspect.isclass(second)):
        return None
    if first.__bases__ != second.__bases__:
        return None
    own = [{k for k, v in vars(c).items() if inspect.isfunction(v)} for c in (first, second)]
    return None if own[0] & own[1] else type("Both", (first, second), {})


def _error(case: Mapping[str, Any], error: BaseException | None, self_name: str) -> Finding:
    if isinstance(error, ProtocolError):
        return Finding(error.mistake, None, error.values)
    frames = traceback.extract_tb(error.__traceback__) if error else []
    own = [f for f in frames if not f.filename.startswith(LIBRARIES)]
    line = (own[-1].lineno, own[-1].line) if own else None
    text = f"{type(error).__name__}: {error}"
    values = {"error": text, "line": line, "inputs": describe(case)}
    if isinstance(error, AttributeError) and type(error.obj).__name__ == self_name:
        return Finding("never-assigned", None, {**values, "name": error.name})
    known = (name for name, sign in ERROR_SIGNS.items() if sign in text)
    return Finding(mistake_of(next(known, "error")), None, values)


def _difference(output: str, case: Arrays, got: Any, right: Any) -> Finding:
    if not is_numeric(got):
        return Finding("wrong-kind", output, {"got": repr(got)[:80]})
    got, right = np.asarray(got), np.asarray(right)
    if got.shape != right.shape:
        values = {"shape": right.shape, "got": got.shape, "inputs": describe(case)}
        return Finding("wrong-shape", output, values)
    got = got.astype(np.float64)
    with np.errstate(invalid="ignore"):
        far = np.where(np.isfinite(got) | (got == right), np.abs(got - right), np.inf)
    index = np.unravel_index(int(np.argmax(np.nan_to_num(far, nan=0.0))), right.shape)
    place = str([int(i) for i in index]) if index else ""
    digits = ".6g" if f"{right[index]:.6g}" != f"{got[index]:.6g}" else ".12g"
    numbers = {"expected": right[index] + 0.0, "got": got[index] + 0.0}
    values = {"index": place, **{k: format(v, digits) for k, v in numbers.items()}}
    name = "wrong-value" if np.isfinite(got[index]) else "not-a-number"
    return Finding(name, output, {**values, "inputs": describe(case)})


def describe(case: Mapping[str, Any]) -> str:
    """Return the inputs of a case as text: the numbers if they are few, else the shapes."""
    flat = {**case.get("options", {}), **case}
    small = sum(v.size for v in flat.values() if isinstance(v, np.ndarray)) <= SMALL
    parts = []
    for name, value in flat.items():
        if isinstance(value, np.ndarray):
            text = np.array2string(value, precision=8, separator=", ", max_line_width=10**6)
            parts.append(f"{name} = {text}".replace("\n", "") if small else f"{name} {value.shape}")
        elif not isinstance(value, dict | np.random.Generator) and not name.startswith("_"):
            parts.append(f"{name} = {getattr(value, '__name__', None) or repr(value)}")
    return ", ".join(parts)
