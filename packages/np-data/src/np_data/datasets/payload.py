"""Taking a file only if its decompressed bytes have the hash that they must have.

The bytes are inflated, counted, hashed and written in one pass of constant memory. No more of them
are read than the wanted file has, so a file that inflates without end costs no disk.
"""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from np_data._atomic import atomic_write
from np_data._streams import Stream
from np_data.datasets.entry import IdxFile
from np_data.datasets.source import FetchError, RefusedError

_PIECE = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _GzipError(ValueError):
    pass


def pieces(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Yield the payload of `file`, inflated if it is gzip.

    RefusedError beyond `limit` bytes, and for a file that cannot be read to its end.
    """
    count = 0
    try:
        stream = Stream(file, name="the file", error=_GzipError)
        while piece := stream.read(_PIECE):
            count += len(piece)
            if count > limit:
                raise RefusedError(f"it has more than the {limit} bytes that it may have")
            yield piece
    except (_GzipError, OSError) as problem:
        raise RefusedError(str(problem)) from problem


def matches(path: Path, file: IdxFile) -> bool:
    """Tell whether the uncompressed file at `path` is there and is `file`, byte for byte."""
    try:
        if not path.is_file() or file.size not in (None, path.stat().st_size):
            return False
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def unpack(source: BinaryIO, file: IdxFile, target: Path) -> None:
    """Write the payload of `source` to `target` if it is `file`; RefusedError if it is not.

    `target` keeps its old content until the last byte is verified and on the disk.
    """
    digest, count, head = hashlib.sha256(), 0, b""
    with writing(target), atomic_write(target) as temporary:
        for piece in pieces(source, file.limit):
            head = (head + piece[:16])[:16]
            count += len(piece)
            digest.update(piece)
            temporary.write(piece)
        if digest.hexdigest() != file.sha256:
            raise RefusedError(
                f"{file.name}: expected sha256 {file.sha256[:12]}…, got "
                f"{digest.hexdigest()[:12]}… ({count} bytes that begin with {head!r})"
            )


def remove_leftovers(target: Path) -> None:
    """Remove what a process that was killed had written of `target`."""
    for path in target.parent.glob(f".{target.name[:40]}.*.tmp"):
        path.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says when it cannot write into a FetchError that names `path`."""
    try:
        yield
    except FetchError:
        raise
    except OSError as problem:
        hint = "free some space and fetch again" if problem.errno in _FULL else "see its folder"
        raise FetchError(
            f"{path} cannot be written: {problem.strerror or problem}; {hint}, "
            "nothing incomplete was left there"
        ) from problem
