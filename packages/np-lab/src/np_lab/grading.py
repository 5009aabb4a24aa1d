"""Judge a solution by what it computes, and name the mistake when it is wrong.

The grader says one of four things, in this order: a part is not written yet; the code behaves
wrongly (it writes into its input, or it remembers an earlier call); a mutant or a general pattern
computes the same wrong numbers; and otherwise the smallest case that fails, expected and got.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from np_lab._alternatives import alternative_of
from np_lab._comparison import agree, is_numeric, same_mistake
from np_lab._errors import explain_error
from np_lab._patterns import pattern_of, shape_pattern
from np_lab._running import Arrays, BesideAnother, ProtocolError, Solution, unwritten
from np_lab._texts import message, unit_texts
from np_lab.task import Observation, Task, observe

SMALL = 18  # inputs with at most so many numbers are printed, so that one can calculate by hand


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    ``mistake`` names a mutant of the task, a pattern, a behaviour, or how the smallest failing
    case differs (``"wrong-value"``, ``"wrong-shape"``, ``"error"``). ``output`` is the output
    that it is about, if it is about one. ``general`` is True if the text belongs to all tasks.
    """

    mistake: str
    output: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    general: bool = False


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
        texts = unit_texts(self.task.unit, language)
        own, names = texts[self.task.name], texts.get("output-names", {})
        return [_text(finding, own, names, language) for finding in self.findings]


def _text(finding: Finding, own: Mapping[str, str], names: Mapping[str, str], language: str) -> str:
    if finding.mistake in own and not finding.general:
        return own[finding.mistake]
    values = {"output": finding.output, **finding.values}
    if output := values["output"]:
        output = names.get(output, output)
        values["output"] = _place(output, finding.values.get("index", ""), language)
    if finding.mistake == "two-mistakes":
        values = {key: own[mutant] for key, mutant in finding.values.items()}
    if "line" in finding.values:
        line = finding.values["line"]
        values["line"] = message("line", language, number=line[0], text=line[1]) if line else ""
    if "cause" in finding.values:
        values["cause"] = message(finding.values["cause"], language, line=values["line"])
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
        early = self._protocol() or self._changed_input() or self._remembered()
        if early:
            yield early
            return
        wrong = self._wrong_outputs(self.got)
        if not wrong:
            return
        named = False
        for mistake, explained in self._known_mistakes(wrong):
            yield mistake
            named = True
            wrong = [name for name in wrong if name not in explained]
        if wrong and not (named and not self.task.figures):
            yield from self._unknown(wrong)

    def _protocol(self) -> Finding | None:
        """Return what a run did against the stub's rules."""
        errors = (run.error for run in self.got if isinstance(run.error, ProtocolError))
        return next((Finding(error.mistake, None, error.values) for error in errors), None)

    def _changed_input(self) -> Finding | None:
        names = (name for run in self.got for name in run.changed)
        return next((Finding("writes-into-input", values={"name": name}) for name in names), None)

    def _unknown(self, wrong: list[str]) -> Iterator[Finding]:
        """Explain what no mutant explains: an error, a general pattern, the smallest failure."""
        for case, run in zip(self.cases, self.got, strict=True):
            if run.error is not None:
                name, values = explain_error(run.error, self.solution, describe(case))
                yield Finding(name, None, values)
                return
        if self._other_order():
            yield Finding("return-order", None, {"names": ", ".join(self.task.outputs)})
            return
        patterns = [] if self.task.figures else [self._pattern(output) for output in wrong]
        explained = [pattern for pattern in patterns if pattern]
        # One mistake often changes several outputs: the numbers of the first are enough.
        yield from explained or [self._smallest_failure(wrong[0])]

    def _pattern(self, output: str) -> Finding | None:
        got, right = self._of(output)
        pattern = pattern_of(self.cases, got, right)
        pattern = pattern or alternative_of(self.task, self.cases, output, got)
        return Finding(pattern[0], output, pattern[1], general=True) if pattern else None

    def _other_order(self) -> bool:
        """Return whether the outputs are right in another order."""
        names = self.task.outputs
        return any(
            all(
                agree(run.outputs[got], right[name])
                for run, right in zip(self.got, self.expected, strict=True)
                for name, got in zip(names, order, strict=True)
            )
            for order in itertools.permutations(names)
            if len(names) in (2, 3)
        )

    def _of(self, output: str) -> tuple[list[Any], list[Any]]:
        """Return what was got and what was expected for one output, in every case."""
        return (
            [run.outputs.get(output) for run in self.got],
            [right[output] for right in self.expected],
        )

    def _wrong(self, run: Observation, right: Arrays) -> list[str]:
        """Return the outputs that are wrong in one case."""
        names = self.task.outputs
        return [name for name in names if not agree(run.outputs.get(name), right[name])]

    def _wrong_outputs(self, runs: list[Observation]) -> list[str]:
        """Return the outputs that are wrong in any case."""
        pairs = zip(runs, self.expected, strict=True)
        wrong = {name for run, right in pairs for name in self._wrong(run, right)}
        return [name for name in self.task.outputs if name in wrong]

    def _remembered(self) -> Finding | None:
        """Run the right cases again: a right solution does not depend on what ran before.

        A class must also give the same numbers when another object of it is used in between.
        """
        is_class = inspect.isclass(self.solution)

        def beside_another(*arguments: Any, **options: Any) -> BesideAnother:
            return BesideAnother(self.solution, arguments, options)

        for solution in (self.solution, beside_another)[: 1 + is_class]:
            for case, run, right in zip(self.cases, self.got, self.expected, strict=True):
                if self._wrong(run, right):
                    continue
                if wrong := self._wrong(observe(self.task, solution, case), right):
                    return Finding("shared" if is_class else "remembers", wrong[0])
        return None

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
        if open_outputs == set(wrong) and self._all_finite():
            for first, second in itertools.combinations(self.task.mutants, 2):
                both = _combined(self.task.mutants[first], self.task.mutants[second])
                if both is not None and (outputs := self._effects(both)):
                    values = {"first": mistake_of(first), "second": mistake_of(second)}
                    yield Finding("two-mistakes", None, values), outputs
                    return

    def _effects(self, mutant: Solution) -> list[str]:
        """Return the outputs that a mutant changes, if the submission has the same there."""
        runs: list[Observation] = []
        for case, run, right in zip(self.cases, self.got, self.expected, strict=True):
            wrong = observe(self.task, mutant, case)
            if not _fails_alike(run, wrong, right, self._wrong(wrong, right)):
                return []
            runs.append(wrong)
        effects = self._wrong_outputs(runs)
        pairs = list(zip(self.got, runs, self.expected, strict=True))
        if not all(_fails_alike(run, wrong, right, effects) for run, wrong, right in pairs):
            return []
        numbers = [wrong.outputs[n] for wrong in runs if wrong.error is None for n in effects]
        if not numbers and any(repr(a.error) != repr(b.error) for a, b, _ in pairs):
            return []
        # Many mistakes give NaN everywhere. Then a mutant must explain all that is wrong.
        if numbers and not any(np.isfinite(number).any() for number in numbers):
            return effects if effects == self._wrong_outputs(self.got) else []
        return effects

    def _all_finite(self) -> bool:
        """Return whether every output of every case is there, and finite."""
        values = [run.outputs.get(name) for run in self.got for name in self.task.outputs]
        return all(is_numeric(value) and np.isfinite(np.asarray(value)).all() for value in values)

    def _smallest_failure(self, output: str) -> Finding:
        for case, run, right in zip(self.cases, self.got, self.expected, strict=True):
            if output in self._wrong(run, right):
                return _difference(output, case, run, right[output])
        raise RuntimeError("no case fails")


def _fails_alike(run: Observation, mutant: Observation, right: Arrays, names: list[str]) -> bool:
    """Return whether a submission stops, or computes the named outputs, as a mutant does."""
    if run.error is not None or mutant.error is not None:
        return type(run.error) is type(mutant.error)
    if any(not np.isfinite(mutant.outputs[name]).all() for name in names):
        first, second = (r.first_float_error for r in (run, mutant))
        if first and second and first[0] != second[0]:
            return False
    return all(
        same_mistake(run.outputs.get(name), mutant.outputs[name], right[name]) for name in names
    )


def _combined(first: Solution, second: Solution) -> Solution | None:
    """Return a class with the mistakes of two mutants, if they override different methods."""
    if not (inspect.isclass(first) and inspect.isclass(second)):
        return None
    if first.__bases__ != second.__bases__:
        return None
    own = [{k for k, v in vars(c).items() if inspect.isfunction(v)} for c in (first, second)]
    return None if own[0] & own[1] else type("Both", (first, second), {})


def _difference(output: str, case: Arrays, run: Observation, right: Any) -> Finding:
    got = run.outputs.get(output)
    if not is_numeric(got):
        return Finding("wrong-kind", output, {"got": " ".join(repr(got).split())[:80]})
    got, right = np.asarray(got), np.asarray(right)
    if got.shape != right.shape:
        values = {"shape": right.shape, "got": got.shape, "inputs": describe(case)}
        name = shape_pattern(got.shape, right.shape)
        if name == "wrong-shape" and agree(got.ravel(), right.ravel()):
            name = "not-reshaped"
        return Finding(name, output, values, general=True)
    got = got.astype(np.float64)
    with np.errstate(invalid="ignore"):
        far = np.where(np.isfinite(got) | (got == right), np.abs(got - right), np.inf)
    index = np.unravel_index(int(np.argmax(np.nan_to_num(far, nan=0.0))), right.shape)
    place = str([int(i) for i in index]) if index else ""
    digits = ".6g" if f"{right[index]:.6g}" != f"{got[index]:.6g}" else ".12g"
    numbers = {"expected": right[index] + 0.0, "got": got[index] + 0.0}
    values = {"index": place, **{k: format(v, digits) for k, v in numbers.items()}}
    values["inputs"] = describe(case)
    if np.isfinite(got[index]):
        return Finding("wrong-value", output, values)
    kind, line = run.first_float_error or ("unknown", None)
    return Finding("not-a-number", output, {**values, "cause": kind, "line": line})


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
