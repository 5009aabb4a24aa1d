"""Print the results of a check for a person, for a program, or for an autograder."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from np_lab._texts import message


@dataclass(frozen=True)
class Result:
    """What a check says about one task."""

    unit: str
    task: str
    mistakes: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True if the solution is right."""
        return not self.mistakes

    @property
    def started(self) -> bool:
        """False if a part of the solution is still empty."""
        return "unwritten" not in self.mistakes


def as_text(results: Sequence[Result], language: str) -> str:
    """Return one line a task, and below it what is wrong."""
    lines = []
    for result in results:
        mark = "✓" if result.passed else "✗" if result.started else "·"
        lines.append(f"{mark} {result.unit}: {result.task}")
        lines += [f"    {text}" for text in result.texts]
    right = sum(result.passed for result in results)
    lines.append("")
    lines.append(message("check-summary", language, right=right, count=len(results)))
    failed = next((r.task for r in results if not r.passed and r.started), None)
    if failed is not None:
        lines.append(message("check-next", language, task=failed))
    return "\n".join(lines)


def as_json(results: Sequence[Result], language: str) -> str:
    """Return a list of objects: unit, task, passed, mistakes, texts."""
    return _dumps(
        [
            {
                "unit": r.unit,
                "task": r.task,
                "passed": r.passed,
                "mistakes": r.mistakes,
                "texts": r.texts,
            }
            for r in results
        ]
    )


def as_gradescope(results: Sequence[Result], language: str) -> str:
    """Return the contents of Gradescope's ``results.json``: one point a task."""
    tests = [
        {
            "name": f"{r.unit}: {r.task}",
            "score": float(r.passed),
            "max_score": 1.0,
            "status": "passed" if r.passed else "failed",
            "output": "\n".join(r.texts),
        }
        for r in results
    ]
    return _dumps({"tests": tests, "visibility": "visible", "stdout_visibility": "hidden"})


def as_classroom(results: Sequence[Result], language: str) -> str:
    """Return a result of GitHub Classroom's autograding reporter: JSON in base64.

    A workflow step writes it to its output ``result``; the reporter of Classroom reads that.
    """
    tests = [
        {
            "name": f"{r.unit}: {r.task}",
            "status": "pass" if r.passed else "fail",
            "message": None if r.passed else "\n".join(r.texts),
            "score": int(r.passed),
            "line_no": 0,
            "test_code": f"np-lab check {r.task}",
        }
        for r in results
    ]
    status = "pass" if all(r.passed for r in results) else "fail"
    document = {"version": 1, "status": status, "max_score": len(results), "tests": tests}
    return base64.b64encode(_dumps(document).encode()).decode()


FORMATS: dict[str, Callable[[Sequence[Result], str], str]] = {
    "text": as_text,
    "json": as_json,
    "gradescope": as_gradescope,
    "classroom": as_classroom,
}


def _dumps(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
