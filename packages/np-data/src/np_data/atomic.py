"""Writing a file so that a reader sees the old content or the new, never half of either.

The bytes go to a temporary file in the same folder, are flushed to the disk and renamed over the
target, which POSIX and Windows both do in one step. An exception leaves the target as it was and
no temporary file behind.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` when the block ends without an error.

    A symbolic link stays a link: the file that it points to is replaced.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "answer.bin"
    >>> with replacing(target) as file:
    ...     written = file.write(b"42")
    ...     target.exists()
    False
    >>> target.read_bytes()
    b'42'
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
