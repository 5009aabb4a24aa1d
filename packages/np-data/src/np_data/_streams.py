"""Open files for reading and writing, compressed by gzip or not.

A gzip file is recognized by its first two bytes (RFC 1952, 1996), never by its name. It is
decompressed piece by piece, so a small file that decompresses to gigabytes takes no memory.
"""

import gzip
import io
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
    """The bytes of a file, decompressed if the file is gzip.

    An uncompressed file is never read ahead: after ``read(4)`` its position is 4 bytes further.

    Parameters
    ----------
    file : binary file
        Only its ``read`` is needed.
    name : str
        What messages call the file.
    error : type of exception
        What is raised if the gzip data is truncated or corrupt.
    """

    def __init__(self, file: BinaryIO, *, name: str, error: type[ValueError]) -> None:
        head = b""
        while len(head) < 2 and (piece := file.read(2 - len(head))):
            if not isinstance(piece, bytes):
                raise TypeError(
                    f"{name}: the file object must be opened in binary mode, "
                    f"its read() returned {type(piece).__name__}"
                )
            head += piece
        self.is_gzip = head == _GZIP_MAGIC
        raw = cast(BinaryIO, _Prefixed(head, file))
        self._file: Any = gzip.GzipFile(fileobj=raw, mode="rb") if self.is_gzip else raw
        self._name = name
        self._error = error
        self._count = 0  # bytes that were read

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, and no bytes at the end of the file."""
        with self._gzip_errors():
            piece: bytes = self._file.read(size) or b""
        self._count += len(piece)
        return piece

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the file goes and return the number of bytes."""
        filled, count = 0, -1
        while filled < len(buffer) and count != 0:
            with self._gzip_errors():
                count = self._file.readinto(buffer[filled:]) or 0
            self._count += count
            filled += count
        return filled

    @contextmanager
    def _gzip_errors(self) -> Iterator[None]:
        """Raise the format's own error for damaged gzip data."""
        try:
            yield
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            kind = "truncated" if isinstance(error, EOFError) else f"corrupt ({error})"
            raise self._error(
                f"{self._name}: gzip: after {self._count} decompressed bytes the data is {kind}; "
                "download or copy the file again"
            ) from error


class _Prefixed(io.RawIOBase):
    """A file from which some bytes were read, with these bytes put back in front."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._head and isinstance(self._file, io.BufferedIOBase):
            return self._file.readinto(buffer)
        piece = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def name_of(source: PathOrFile) -> str:
    """Return what messages call ``source``: its path, a file's own name, or its type."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return str(getattr(source, "name", type(source).__name__))


@contextmanager
def opened(source: PathOrFile) -> Iterator[BinaryIO]:
    """Open a path for reading. A binary file object is used as it is and left open."""
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield file
        return
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"source must be a path or a binary file object, got {source!r}")
    yield source


@contextmanager
def written(path: str | os.PathLike[str], *, compress: bool | None) -> Iterator[BinaryIO]:
    """Write a file atomically, compressed if ``compress`` says so or the name ends in ``.gz``.

    The gzip header holds no time and no name, so equal content gives equal bytes.
    """
    if compress not in (None, True, False):
        raise ValueError(f"compress must be True, False or None, got {compress!r}")
    if compress is None:
        compress = os.fspath(path).endswith(".gz")
    with atomic_write(path) as file:
        if compress:
            with gzip.GzipFile("", "wb", _LEVEL, fileobj=file, mtime=0) as packed:
                yield cast(BinaryIO, packed)
        else:
            yield file
