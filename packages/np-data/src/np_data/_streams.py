"""Open files for reading and writing, compressed by gzip or not.

A gzip file is recognized by its first two bytes (RFC 1952, 1996), never by its name. It is
decompressed piece by piece, so a small file that decompresses to gigabytes needs little memory.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from np_data._atomic import atomic_write

PathOrFile = str | os.PathLike[str] | BinaryIO

_GZIP_MAGIC = b"\x1f\x8b"
_LEVEL = 6  # level 9 takes about eight times as long on MNIST and saves two per cent


class Stream:
    """The bytes of a file, decompressed if the file is gzip; ``error`` is raised if it is damaged.

    An uncompressed file is never read ahead: after ``read(4)`` its position is 4 bytes further.
    """

    def __init__(self, file: BinaryIO, *, name: str, error: type[Exception]) -> None:
        self.file = file
        self.name = name  # what messages call the file
        self.error = error
        head = b""
        while len(head) < 2 and (piece := file.read(2 - len(head))):
            if not isinstance(piece, bytes):
                raise TypeError(f"{name}: the file must be opened in binary mode, got {piece!r}")
            head += piece
        self.is_gzip = head == _GZIP_MAGIC
        raw = _Prefixed(head, file)
        self._bytes: Any = gzip.GzipFile(fileobj=cast(BinaryIO, raw)) if self.is_gzip else raw
        self._count = 0  # bytes that were read

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, and no bytes at the end of the file."""
        try:
            piece: bytes = self._bytes.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            kind = "truncated" if isinstance(error, EOFError) else f"corrupt ({error})"
            raise self.error(
                f"{self.name}: gzip: after {self._count} decompressed bytes the data is {kind}; "
                "download or copy the file again"
            ) from error
        self._count += len(piece)
        return piece


class _Prefixed:
    """A file from which some bytes were read, with these bytes put back in front."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = head
        self._file = file

    def read(self, size: int) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        return head + self._file.read(size - len(head))


@contextmanager
def opened(source: PathOrFile, *, error: type[Exception]) -> Iterator[Stream]:
    """Open a path for reading. A binary file object is used as it is and left open."""
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield Stream(file, name=os.fspath(source), error=error)
        return
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"source must be a path or a binary file object, got {source!r}")
    yield Stream(source, name=str(getattr(source, "name", type(source).__name__)), error=error)


@contextmanager
def written(path: str | os.PathLike[str], *, compress: bool | None) -> Iterator[BinaryIO]:
    """Write a file atomically, compressed if ``compress`` says so or the name ends in ``.gz``.

    The gzip header holds no time and no name, so equal content gives equal bytes.
    """
    if compress is None:
        compress = os.fspath(path).endswith(".gz")
    with atomic_write(path) as file:
        if compress:
            with gzip.GzipFile("", "wb", _LEVEL, fileobj=file, mtime=0) as packed:
                yield cast(BinaryIO, packed)
        else:
            yield file
