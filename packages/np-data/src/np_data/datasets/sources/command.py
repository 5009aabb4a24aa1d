"""Running another program's client, with an end in sight and a reason when it fails."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from np_data.datasets.source import SourceError

_LARGEST = 1 << 30  # bytes of the largest file that a client may write, where the system can say so


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
    """Run `command` in `folder`; SourceError with its last words if it fails or takes too long.

    Whatever ends the wait, a timeout or Ctrl-C, ends the program and all that it has started.
    """
    title = " ".join(str(word) for word in [Path(command[0]).name, *command[1:3]])
    with tempfile.TemporaryFile(dir=folder) as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell, and the words are ours
                command,
                cwd=folder,
                env={**os.environ, "LC_ALL": "C", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        except OSError as problem:
            raise SourceError(f"{title}: {problem}") from problem
        with process:
            try:
                _limit_files(process.pid)
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                raise SourceError(f"{title}: no end after {seconds:g} s") from None
            finally:
                _kill(process)
        if process.returncode:
            raise SourceError(f"{title}: exit code {process.returncode}: {_last_words(said)}")


if sys.platform == "win32":

    def _kill(process: subprocess.Popen[bytes]) -> None:
        process.kill()

else:

    def _kill(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


if sys.platform == "linux":
    import resource

    def _limit_files(pid: int) -> None:
        with suppress(OSError):  # some containers forbid it
            now, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            if now == resource.RLIM_INFINITY or now > _LARGEST:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (_LARGEST, most))

else:

    def _limit_files(pid: int) -> None:
        """Elsewhere there is no way to limit another process."""


def _last_words(said: IO[bytes]) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - 4000))
    words = " ".join(said.read().decode(errors="replace").split())[-300:]
    return re.sub(r"//[^/\s@]*@", "//", words) or "it printed nothing"
