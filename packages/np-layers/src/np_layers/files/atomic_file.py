"""A file that appears whole or not at all.

It is written beside its place under another name, forced to the disk, and renamed over the old one
in a single step of the operating system.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a new binary file that replaces ``path`` when the block ends without an error.

    Parameters
    ----------
    path
        Its folder must exist. Until the block has ended, what stood there stays untouched; after
        an error the new file is removed. A process that is killed leaves a file
        ``.np-layers-….tmp``, which no later call stumbles over.

    Yields
    ------
    binary file
        Empty, open for reading and writing.

    Raises
    ------
    OSError
        If the folder is missing or read-only, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "greeting"
    >>> with atomic_file(path) as stream:
    ...     _ = stream.write(b"hello")
    >>> path.read_bytes()
    b'hello'
    """
    target = Path(path)
    temporary = target.parent / f".np-layers-{secrets.token_hex(8)}.tmp"
    try:
        with temporary.open("x+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
