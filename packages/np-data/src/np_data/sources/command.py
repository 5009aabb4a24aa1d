"""Running another program's client, with an end in sight and a reason when it fails."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from np_data.source import SourceError


def program(name: str, missing: str) -> str:
    """Return the path of an executable, or raise SourceError with what its absence means."""
    path = shutil.which(name)
    if path is None:
        raise SourceError(f"{name} is missing: {missing}")
    return path


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    seconds: float = 300.0,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` in `folder`; SourceError with its last words if it fails or takes too long."""
    title = " ".join([Path(command[0]).name, *(str(word) for word in command[1:3])])
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the words are ours
            command,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(f"{title}: no end after {seconds:g} s") from None
    except OSError as problem:
        raise SourceError(f"{title}: {problem}") from problem
    if done.returncode:
        raise SourceError(f"{title}: exit code {done.returncode}: {_last_words(done.stderr)}")


def _last_words(output: bytes) -> str:
    lines = output[-4000:].decode(errors="replace").split("\n")
    words = " ".join(" ".join(lines).split())[-300:]
    return re.sub(r"//[^/\s@]*@", "//", words) or "it printed nothing"
