"""Reading bytes that may or may not be compressed, without trusting the name of the file.

A gzip stream is recognised by its first two bytes (RFC 1952, 1996). It is inflated piece by piece
and on demand, so that a few kilobytes which unpack to many gigabytes cost the memory of the pieces
that were asked for. The checksum and length that end a gzip member are checked by zlib itself.
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 16  # compressed bytes handed to zlib at once: they and their output stay in cache
_GZIP = zlib.MAX_WBITS | 16  # tells zlib to expect a gzip header and trailer

Source = str | os.PathLike[str] | BinaryIO


class Plain:
    """The bytes of a file as they are, beginning with those that were already read from it."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file = file
        self._head = head

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end of the file."""
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return self._file.read(size)

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the file goes and return the number of bytes."""
        direct = getattr(self._file, "readinto", None)
        filled = 0
        while filled < len(buffer):
            if self._head or direct is None:
                got = _copy(self.read(len(buffer) - filled), buffer[filled:])
            else:
                got = direct(buffer[filled:]) or 0
            if not got:
                break
            filled += got
        return filled


class Gunzip:
    """The inflated bytes of a gzip file of one or more members.

    Raises `error` (an exception type that takes a message) for a corrupt or truncated stream and
    for bytes after the last member.
    """

    def __init__(self, file: BinaryIO, head: bytes, *, name: str, error: type[ValueError]) -> None:
        self._file = file
        self._pending = head
        self._member = zlib.decompressobj(_GZIP)
        self._name = name
        self._error = error
        self._inflated = 0

    def read(self, size: int, /) -> bytes:
        """Return up to `size` inflated bytes, none after the last member."""
        while size > 0:
            if self._member.eof and not self._next_member():
                break
            compressed = self._pending or self._file.read(_PIECE)
            try:
                inflated = self._member.decompress(compressed, size)
            except zlib.error as problem:
                raise self._damage("the stream is corrupt", str(problem)) from problem
            self._pending = self._member.unconsumed_tail
            self._inflated += len(inflated)
            if inflated:
                return inflated
            if not compressed and not self._member.eof:
                raise self._damage("the stream is truncated", "download or copy the file again")
        return b""

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the stream goes and return the number of bytes."""
        filled = 0
        while got := _copy(self.read(len(buffer) - filled), buffer[filled:]):
            filled += got
        return filled

    def _next_member(self) -> bool:
        """Begin the member that follows the finished one; return False at the end of the file."""
        rest = self._member.unused_data
        while len(rest) < len(GZIP_MAGIC) and (more := self._file.read(_PIECE)):
            rest += more
        if not rest:
            return False
        if not rest.startswith(GZIP_MAGIC):
            raise self._damage(
                "expected the end of the file or another member", f"got {rest[:8]!r}"
            )
        self._pending = rest
        self._member = zlib.decompressobj(_GZIP)
        return True

    def _damage(self, rule: str, detail: str) -> ValueError:
        return self._error(
            f"{self._name}: gzip: {rule} after {self._inflated} inflated bytes, {detail}"
        )


def _copy(piece: bytes, buffer: memoryview) -> int:
    buffer[: len(piece)] = piece
    return len(piece)


def name_of(source: Source) -> str:
    """Return how messages call `source`: its path, a file's own name, or its type."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return str(getattr(source, "name", type(source).__name__))


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a path for the block; a binary file object is used as it is and left open."""
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield file
        return
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"source must be a path or a binary file object, got {source!r}")
    yield source


def stream_of(file: BinaryIO, *, name: str, error: type[ValueError]) -> Plain | Gunzip:
    """Return a stream over the rest of `file`, inflating it if it begins like gzip."""
    head: Any = b""
    while len(head) < len(GZIP_MAGIC):
        more = file.read(len(GZIP_MAGIC) - len(head))
        if not isinstance(more, bytes):
            raise TypeError(
                f"{name}: the file object must be opened in binary mode, "
                f"its read() returned {type(more).__name__}"
            )
        if not more:
            break
        head += more
    if head == GZIP_MAGIC:
        return Gunzip(file, head, name=name, error=error)
    return Plain(file, head)
