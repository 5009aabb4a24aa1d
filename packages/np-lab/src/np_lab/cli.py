"""The command np-lab: write the student's folder, check it, give a hint."""

from __future__ import annotations

import argparse
import json
import locale
import sys
from pathlib import Path
from typing import Any

from np_lab.course import UNITS, Unit, select
from np_lab.grading import grade
from np_lab.student import StudentFileError, load_solution, write_folder
from np_lab.task import Task


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 if everything that was checked is right, else 1, or 2."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (KeyError, StudentFileError) as error:
        print(f"np-lab: {error.args[0]}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="np-lab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="new | check | hint")
    new = commands.add_parser("new", help="write a folder with notes and files to fill in")
    new.add_argument("folder", type=Path, metavar="DIR")
    new.set_defaults(command=_new)
    check = commands.add_parser("check", help="check your solutions and name the mistakes")
    check.add_argument("task", nargs="?", help="a unit or a task, such as 2, dense, dense_forward")
    check.add_argument("--json", action="store_true", help="print one JSON document")
    check.set_defaults(command=_check)
    hint = commands.add_parser("hint", help="print a hint: the shapes, the formula, then the line")
    hint.add_argument("task", help="a task, such as dense_backward")
    hint.add_argument("--level", type=int, choices=(1, 2, 3), default=1, help="default: 1")
    hint.set_defaults(command=_hint)
    for command in (new, check, hint):
        command.add_argument("--language", choices=("en", "ko"), default=_language())
    for command in (check, hint):
        command.add_argument("--folder", type=Path, default=Path(), help="default: this folder")
    return parser


def _language() -> str:
    """Return the language of the messages: Korean where the system is Korean."""
    name = locale.setlocale(locale.LC_MESSAGES, "") if hasattr(locale, "LC_MESSAGES") else ""
    return "ko" if (name or locale.getlocale()[0] or "").startswith(("ko", "Korean")) else "en"


def _new(options: argparse.Namespace) -> int:
    written = write_folder(options.folder, options.language)
    print(f"wrote {len(written)} files; start with {options.folder / UNITS[0].folder / 'notes.md'}")
    return 0


def _check(options: argparse.Namespace) -> int:
    results = [_result(options, unit, task) for unit, task in select(options.task)]
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        for result in results:
            print(
                f"{'✓' if result['passed'] else '✗'} {result['unit']}/{result['file']}: {result['task']}"
            )
            for finding in result["findings"]:
                print(f"    {finding['text']}")
        right = sum(result["passed"] for result in results)
        print(f"{right} of {len(results)} tasks are right")
    return 0 if all(result["passed"] for result in results) else 1


def _result(options: argparse.Namespace, unit: Unit, task: Task) -> dict[str, Any]:
    entry = {"unit": unit.folder, "file": task.file, "task": task.name}
    try:
        report = grade(task, load_solution(options.folder, unit, task))
    except StudentFileError as error:
        finding = {"mistake": "file", "output": None, "text": str(error)}
        return {**entry, "passed": False, "findings": [finding]}
    findings = [
        {"mistake": f.mistake, "output": f.output, "text": f.text.in_language(options.language)}
        for f in report.findings
    ]
    return {**entry, "passed": report.passed, "findings": findings}


def _hint(options: argparse.Namespace) -> int:
    for _, task in select(options.task):
        print(f"{task.name}: {task.hints[options.level - 1].in_language(options.language)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
