"""Write a file atomically.

The bytes go to a temporary file in the same folder. It is flushed to the disk and then renamed to
the final name, which POSIX and Windows do in one step. So a reader sees the old content or the new
content, and after an error the old file is still there.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a new binary file that replaces ``path`` when the block ends without an error.

    The new file keeps the permissions of the file that it replaces. If there was no file, the
    umask decides. If ``path`` is a symbolic link, the link is replaced and the file that it points
    to stays unchanged: a link into a cache must never be written through.

    Parameters
    ----------
    path : path
        The file to create or replace. Its folder must exist.

    Yields
    ------
    binary file
        Empty, open for reading and writing. Its own name is ``.NAME.….tmp``: only a process that
        was killed leaves such a file.

    Raises
    ------
    OSError
        If the folder is missing or read-only, or the disk is full. The error names ``path``.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "greeting"
    >>> with atomic_write(path) as file:
    ...     written = file.write(b"hello")
    ...     path.exists()
    False
    >>> path.read_bytes()
    b'hello'
    """
    target = Path(path)
    # 40 characters are at most 160 bytes, so the temporary name is never too long.
    temporary = target.parent / f".{target.name[:40]}.{secrets.token_hex(4)}.tmp"
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            status = target.lstat()
            if stat.S_ISREG(status.st_mode):
                temporary.chmod(stat.S_IMODE(status.st_mode))
        temporary.replace(target)
    except OSError as error:
        if error.errno is None or error.filename not in (None, temporary, str(temporary)):
            raise  # the block raised it, about something else
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None
    finally:
        with suppress(OSError):  # it has its final name, or it was never created
            temporary.unlink()
