"""Judge a solution by what it computes, and name the mistake when it is wrong.

The grader knows three things to say, in this order: a mistake that shows in how the solution
behaves (it writes into its input, it remembers an earlier call), a mutant that computes the same
wrong numbers, and otherwise the smallest case that fails, with expected and got.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from np_lab.comparison import agree, same_mistake
from np_lab.patterns import pattern_of
from np_lab.task import Arrays, Mutant, Solution, Task, Text, copy_inputs


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    ``mistake`` is the name of the mutant, pattern or behaviour that explains it, or None where
    nothing known explains it. ``output`` is the output that it is about, or None.
    """

    mistake: str | None
    output: str | None
    text: Text


@dataclass(frozen=True)
class Report:
    """What `grade` found: no findings means that the solution is right."""

    task: Task
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True if the solution is right."""
        return not self.findings


@dataclass(frozen=True)
class _Run:
    """What a solution did with one case: outputs or an error, and the inputs that it changed."""

    outputs: Arrays
    error: BaseException | None = None
    changed: tuple[str, ...] = ()


def grade(task: Task, solution: Solution) -> Report:
    """Compare a solution with the oracle, and explain what differs."""
    cases = task.cases()
    expected = [_observe(task, task.oracle, case).outputs for case in cases]
    runs = [_observe(task, solution, case) for case in cases]
    if finding := _writes_into_input(task, runs):
        return Report(task, (finding,))
    wrong = [
        name
        for name in task.outputs
        if not all(
            agree(run.outputs.get(name), right[name])
            for run, right in zip(runs, expected, strict=True)
        )
    ]
    if not wrong:
        finding = _remembers(task, solution, cases, expected)
        return Report(task, (finding,) if finding else ())
    findings = []
    for output in wrong:
        known = _known_mistake(task, output, cases, runs, expected)
        if known is None:
            # One mistake often changes several outputs: the first one that is unknown is enough.
            findings.append(_smallest_failure(output, cases, runs, expected))
            break
        if known.mistake not in [finding.mistake for finding in findings]:
            findings.append(known)
    return Report(task, tuple(findings))


def _observe(task: Task, solution: Solution, case: Arrays) -> _Run:
    inputs = copy_inputs(case)
    try:
        with np.errstate(all="ignore"):
            outputs = task.run(solution, inputs, task.outputs)
    except Exception as error:  # a student's code may raise anything
        return _Run({}, error)
    outputs = {name: np.array(value) for name, value in outputs.items()}
    changed = tuple(
        name
        for name, value in case.items()
        if isinstance(value, np.ndarray)
        and name not in task.may_change
        and not np.array_equal(value, inputs[name], equal_nan=value.dtype.kind == "f")
    )
    return _Run(outputs, changed=changed)


def _writes_into_input(task: Task, runs: list[_Run]) -> Finding | None:
    changed = next((run.changed[0] for run in runs if run.changed), None)
    if changed is None:
        return None
    return Finding(
        "writes-into-input",
        changed,
        Text(
            f"your code writes into its input {changed}. Whoever called you still needs it. Which line "
            f"assigns to {changed} or to a view of it? Work on a copy, or make a new array.",
            f"입력 {changed}의 내용을 바꾸고 있습니다. 호출한 쪽은 그 배열을 계속 씁니다. {changed}나 그 뷰에 "
            "값을 대입하는 줄이 어디인가요? 복사본에서 계산하거나 새 배열을 만드세요.",
        ),
    )


def _remembers(
    task: Task, solution: Solution, cases: list[Arrays], expected: list[Arrays]
) -> Finding | None:
    """Run all cases again: a right solution gives the same numbers whatever ran before."""
    for case, right in zip(cases, expected, strict=True):
        again = _observe(task, solution, case)
        for name in task.outputs:
            if not agree(again.outputs.get(name), right[name]):
                return Finding(
                    "remembers",
                    name,
                    Text(
                        f"{name} is right at the first call and wrong when the same data come again. Something "
                        "is kept from the earlier call: is it added (+=) where it should be set (=)?",
                        f"{name}은(는) 처음 호출할 때는 맞지만 같은 데이터로 다시 호출하면 틀립니다. 앞선 호출의 값이 "
                        "남아 있습니다. 대입(=)해야 할 곳에서 더하고(+=) 있지 않나요?",
                    ),
                )
    return None


def _known_mistake(
    task: Task, output: str, cases: list[Arrays], runs: list[_Run], expected: list[Arrays]
) -> Finding | None:
    for mutant in task.mutants:
        if mutant.outputs and output not in mutant.outputs:
            continue
        names = (output,) if mutant.outputs else task.outputs
        if _explains(task, mutant, names, cases, runs, expected):
            return Finding(mutant.name, output, mutant.diagnosis)
    got = [run.outputs.get(output) for run in runs]
    right = [case[output] for case in expected]
    pattern = pattern_of(output, cases, got, right)
    return None if pattern is None else Finding(pattern.name, output, pattern.text)


def _explains(
    task: Task,
    mutant: Mutant,
    names: tuple[str, ...],
    cases: list[Arrays],
    runs: list[_Run],
    expected: list[Arrays],
) -> bool:
    """Return whether the mutant computes what the submission computed, in every case."""
    for case, run, right in zip(cases, runs, expected, strict=True):
        wrong = _observe(task, mutant.solution, case)
        if (wrong.error is None) != (run.error is None):
            return False
        if run.error is None and not all(
            same_mistake(run.outputs.get(name), wrong.outputs.get(name), right[name])
            for name in names
        ):
            return False
    return True


def _smallest_failure(
    output: str, cases: list[Arrays], runs: list[_Run], expected: list[Arrays]
) -> Finding:
    for case, run, right in zip(cases, runs, expected, strict=True):
        if run.error is not None:
            return _error(case, run.error)
        if not agree(run.outputs.get(output), right[output]):
            return _difference(output, case, run.outputs.get(output), right[output])
    raise RuntimeError("no case fails")


def _error(case: Mapping[str, Any], error: BaseException) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "np_lab" not in frame.filename]
    line = f", line {own[-1].lineno}: {own[-1].line}" if own else ""
    place = f", {own[-1].lineno}번째 줄: {own[-1].line}" if own else ""
    kind = f"{type(error).__name__}: {error}"
    return Finding(
        None,
        None,
        Text(
            f"your code stops with {kind}{line}. The inputs were {_shapes(case)}.",
            f"코드가 {kind} 오류로 멈춥니다{place}. 입력은 {_shapes(case)}였습니다.",
        ),
    )


def _difference(output: str, case: Mapping[str, Any], got: Any, right: Any) -> Finding:
    inputs = _shapes(case)
    if got is None or np.shape(got) != np.shape(right):
        shape = "nothing" if got is None else np.shape(got)
        return Finding(
            None,
            output,
            Text(
                f"{output} must have shape {np.shape(right)}, got {shape}. The inputs were {inputs}.",
                f"{output}의 모양은 {np.shape(right)}이어야 하는데 {shape}입니다. 입력은 {inputs}였습니다.",
            ),
        )
    got, right = np.asarray(got), np.asarray(right)
    far = np.abs(got - right)
    index = tuple(
        map(
            int, np.unravel_index(int(np.argmax(np.where(np.isnan(far), np.inf, far))), right.shape)
        )
    )
    place = f"{output}{list(index) if index else ''}"
    return Finding(
        None,
        output,
        Text(
            f"{place} must be {right[index]:.6g}, got {got[index]:.6g}. The inputs were {inputs}.",
            f"{place}의 값은 {right[index]:.6g}이어야 하는데 {got[index]:.6g}입니다. 입력은 {inputs}였습니다.",
        ),
    )


def _shapes(case: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value.shape}" if isinstance(value, np.ndarray) else f"{name}={value!r}"
        for name, value in case.items()
    )
