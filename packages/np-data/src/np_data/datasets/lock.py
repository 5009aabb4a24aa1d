"""One process at a time, by a lock that the operating system takes back when its holder dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
    import time

    @contextmanager
    def locked(file: BinaryIO) -> Iterator[None]:
        """Hold the lock on an open file for the block, after waiting for whoever holds it.

        Some network file systems know no locks; there the block is entered at once, as elsewhere.
        """
        held = False
        with suppress(OSError):
            while not held:
                file.seek(0)
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    held = True
                except PermissionError:  # another process holds it
                    time.sleep(0.2)
        try:
            yield
        finally:
            if held:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    @contextmanager
    def locked(file: BinaryIO) -> Iterator[None]:
        """Hold the lock on an open file for the block, after waiting for whoever holds it.

        Closing the file gives the lock back. Some network file systems know no locks; there the
        block is entered at once, and atomic writes alone keep two processes apart.
        """
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
