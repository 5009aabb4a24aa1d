"""The command np-lab: write the course's folder, check solutions, give hints."""

from __future__ import annotations

import argparse
import contextlib
import locale
import math
import sys
from pathlib import Path

from np_lab._reports import FORMATS
from np_lab._running import ProtocolError
from np_lab._student import Settings, find_course, read_settings, write_folder
from np_lab._texts import LANGUAGES, message, unit_texts
from np_lab.checking import check_file
from np_lab.course import UNITS, select, select_unit


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 if what was checked is right, 1 if not, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console would refuse Korean and ✓
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    language = options.language or _system_language()
    try:
        return int(options.command(options))
    except KeyError as error:
        name, near = error.args
        text = message("unknown-name", language, name=repr(name), near=", ".join(near))
    except ProtocolError as error:
        text = message(error.mistake, language, **error.values)
    print(f"np-lab: {text}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="np-lab", description=__doc__)
    commands = parser.add_subparsers(
        required=True, metavar="new | check | hint | predict | answers"
    )

    new = commands.add_parser("new", help="write a folder with notes and files to fill in")
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--notebooks", action="store_true", help="write Jupyter notebooks")
    new.add_argument("--seed", type=int, default=0, help="other numbers to predict")
    new.set_defaults(command=_new)

    check = commands.add_parser("check", help="check your solutions and name the mistakes")
    check.add_argument("task", nargs="?", help="a unit or a task, such as 2, dense, dense_forward")
    check.add_argument("--format", choices=FORMATS, default="text")
    check.add_argument("--json", dest="format", action="store_const", const="json")
    check.set_defaults(command=_check)

    hint = commands.add_parser("hint", help="print a hint: the shapes, the formula, then the line")
    hint.add_argument("task", help="a task, such as dense_backward")
    hint.add_argument("--level", type=int, choices=(1, 2, 3), default=1, help="default: 1")
    hint.set_defaults(command=_hint)

    predict = commands.add_parser("predict", help="compare the number that you predicted")
    predict.add_argument("unit")
    predict.add_argument("number", type=float)
    predict.set_defaults(command=_predict)

    answers = commands.add_parser("answers", help="for teachers: print the numbers to predict")
    answers.add_argument("--seed", type=int, default=0)
    answers.set_defaults(command=_answers)

    for command in (new, check, hint, predict, answers):
        command.add_argument("--language", choices=LANGUAGES, help="default: the folder's")
    for command in (check, hint, predict):
        command.add_argument("--folder", type=Path, default=Path(), help="default: this folder")
    return parser


def _system_language() -> str:
    """Return "ko" where the system is Korean, else "en"."""
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    return "ko" if (locale.getlocale()[0] or "").startswith(("ko", "Korean")) else "en"


def _new(options: argparse.Namespace) -> int:
    settings = Settings(options.language or _system_language(), options.seed)
    written = write_folder(options.folder, settings, notebooks=options.notebooks)
    first = options.folder / UNITS[0].folder
    name = "wrote" if written else "nothing-written"
    print(message(name, settings.language, count=len(written), path=first))
    return 0


def _check(options: argparse.Namespace) -> int:
    folder = find_course(options.folder)
    language = options.language or read_settings(folder).language
    # What a student's code prints must not stand inside a document for a program.
    with contextlib.redirect_stdout(sys.stderr):
        results = [check_file(folder, *pair, language) for pair in select(options.task)]
    print(FORMATS[options.format](results, language))
    return 0 if all(result.passed for result in results) else 1


def _hint(options: argparse.Namespace) -> int:
    language = options.language or read_settings(find_course(options.folder)).language
    for unit, task in select(options.task):
        hints = unit_texts(unit.name, language)[task.name]["hints"]
        print(f"{task.name}: {hints[options.level - 1]}")
        if options.level < len(hints):
            level, more = options.level, options.level + 1
            print(message("hint-more", language, level=level, task=task.name, next=more))
    return 0


def _predict(options: argparse.Namespace) -> int:
    settings = read_settings(find_course(options.folder))
    language = options.language or settings.language
    _, answer = select_unit(options.unit).predict(settings.seed)
    right = math.isclose(options.number, answer, rel_tol=5e-3, abs_tol=1e-9)
    name = "prediction-right" if right else "prediction-wrong"
    print(message(name, language, got=options.number))
    return 0 if right else 1


def _answers(options: argparse.Namespace) -> int:
    language = options.language or _system_language()
    for unit in UNITS:
        _, answer = unit.predict(options.seed)
        print(f"{unit.number:2d}  {answer:<10.6g}  {unit.title(language)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
