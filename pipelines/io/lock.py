"""A lock between processes, which the system takes back when its holder ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def acquire_lock(path: Path, say: Callable[[str], None]) -> int:
    """Return a handle of the file at ``path``, locked until it is closed or this process ends.

    If another process holds the lock, this one says so and waits.
    """
    path.parent.mkdir(exist_ok=True)
    waiting = False
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _try_lock(handle)
        except (BlockingIOError, PermissionError):
            os.close(handle)
            if not waiting:
                say("waiting for another run of this training to end")
            waiting = True
            time.sleep(0.2)
            continue
        except OSError:  # a file system without locks
            return handle
        if path.exists() and os.path.samestat(path.stat(), os.fstat(handle)):
            return handle
        os.close(handle)  # its holder has removed the file
