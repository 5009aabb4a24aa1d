"""Run the client of a package registry and report why it failed."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from np_data.datasets.source import SourceError


def find_program(name: str, missing: str) -> str:
    """Return the path of an executable; SourceError says what it means if it is missing."""
    path = shutil.which(name)
    if path is None:
        raise SourceError(f"{name} is missing: {missing}")
    return path


def only_file(folder: Path, pattern: str) -> Path:
    """Return the one file that a client was expected to write into ``folder``."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise SourceError(f"expected one {pattern} file from the client, got {len(found)}")
    return found[0]


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    seconds: float = 300.0,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run ``command`` in ``folder``; SourceError if it fails or takes longer than ``seconds``."""
    title = " ".join(str(word) for word in [Path(command[0]).name, *command[1:3]])
    with tempfile.TemporaryFile(dir=folder) as output:
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and the words are ours
                command,
                cwd=folder,
                env={**os.environ, "LC_ALL": "C", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=seconds,
                check=False,
            )
        except OSError as error:
            raise SourceError(f"{title}: {error}") from error
        except subprocess.TimeoutExpired:
            raise SourceError(f"{title}: not finished after {seconds:g} s") from None
        if done.returncode:
            raise SourceError(f"{title}: exit code {done.returncode}: {_last_words(output)}")


def _last_words(output: IO[bytes]) -> str:
    """Return the end of what a program printed, without passwords in URLs."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - 4000))
    words = " ".join(output.read().decode(errors="replace").split())[-300:]
    return re.sub(r"//[^/\s@]*@", "//", words) or "it printed nothing"
