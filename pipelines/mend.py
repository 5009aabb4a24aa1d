"""Mend what DVC leaves half written when it is killed, so that the next run goes on.

DVC writes two of its files in place: dvc.lock, for the better part of a second after every stage,
and its note of who is using which file. Killed in between it leaves the beginning of a file, and
then refuses every command. What is whole of dvc.lock is kept here; the stages that are missing are
taken from DVC's cache by the next `dvc repro`, or run again.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipelines.shared._env import ROOT
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.files import write_text

LOCKS = ("dvc.lock", "pipelines/*/dvc.lock")
IN_USE = ROOT / ".dvc" / "tmp" / "rwlock"
HEADER = "schema: '2.0'\nstages:\n"  # how DVC begins a dvc.lock
RECORDED = {"path", "hash", "md5", "size"}


class MendError(ValueError):
    """A file is damaged otherwise than by being cut off."""


def mend(console: Console) -> None:
    """Put both kinds of file in order, saying so; files that are whole are left alone.

    Raises
    ------
    MendError
        Where a dvc.lock is damaged otherwise than by being cut off; it is left as it is.
    """
    if IN_USE.exists() and not _is_json(IN_USE.read_bytes()):
        IN_USE.unlink()
        console.say(f"{IN_USE.relative_to(ROOT)} was half written: removed")
    for path in (path for pattern in LOCKS for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8", errors="replace")
        name, kept = path.relative_to(ROOT), whole_stages(text)
        if HEADER.startswith(kept.rstrip(" ")):
            path.unlink()
        elif not _is_whole(kept):
            raise MendError(
                f"{name} is damaged and cannot be mended; put it in order by hand, or take the "
                f"committed one with: git checkout HEAD -- {name}"
            )
        elif kept == text:
            continue
        else:
            write_text(path, kept)
        stages = kept.count("    cmd: ")
        console.say(f"{name} was half written: {stages} whole stages of it are kept")


def whole_stages(text: str) -> str:
    """Return dvc.lock without a last stage that was cut off; the text itself if that is no help."""
    if _is_whole(text) or not _is_beginning(text):
        return text
    *_, last = (0, *(stage.start() for stage in re.finditer(r"^  [^ \n]", text, re.MULTILINE)))
    kept = text[:last]
    return kept if _is_whole(kept) or kept == HEADER else text


def _is_beginning(text: str) -> bool:
    """Say whether DVC can have written the text up to here: after the header all is indented."""
    stages = text.removeprefix(HEADER)
    return HEADER.startswith(text) or (
        stages != text and not re.search(r"^\S", stages, re.MULTILINE)
    )


def _is_whole(text: str) -> bool:
    try:
        stages: list[dict[str, Any]] = list(YAML(typ="safe").load(text)["stages"].values())
        files = [
            file for stage in stages for kind in ("deps", "outs") for file in stage.get(kind, [])
        ]
        params = [values for stage in stages for values in stage.get("params", {}).values()]
        return (
            text.endswith("\n")
            and all(isinstance(stage["cmd"], str) for stage in stages)
            and all(file.keys() >= RECORDED for file in files)
            and all(isinstance(values, dict) for values in params)
        )
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def main() -> None:
    """Run the command line."""
    args = parser_for(__doc__, "mend").parse_args()
    with Console("mend", quiet=args.quiet) as console:
        mend(console)


if __name__ == "__main__":
    run(main)
