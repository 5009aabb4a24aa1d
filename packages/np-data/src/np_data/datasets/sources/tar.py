"""Taking named files out of a tar stream that nobody vouches for.

Only regular files with the very names that are asked for are written, under names of our own, so
no path, link or device inside the archive reaches the disk. The stream is read once in pieces of
constant size. Of a header, only name, size, kind and checksum are read (POSIX ustar, 1988);
extended headers are passed over, as no name that is asked for is long enough to need one.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from np_data.datasets.payload import writing
from np_data.datasets.source import SourceError

_BLOCK = 512
_PIECE = 1 << 16


class Stream(Protocol):
    """Anything that returns up to `size` bytes, and none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


def extract(stream: Stream, wanted: Mapping[str, tuple[Path, int]], *, limit: int) -> None:
    """Write each wanted member, ``{name: (target, most bytes)}``, that the stream holds.

    SourceError for a wanted member that is a link or too large, for a damaged header, a stream that
    ends early, and one of more than `limit` bytes.
    """
    left, todo = limit, dict(wanted)
    while todo and (header := _exactly(stream, _BLOCK)).strip(b"\0"):
        name, size, kind = _parse(header)
        padded = -(-size // _BLOCK) * _BLOCK
        left -= _BLOCK + padded
        if left < 0:
            raise SourceError(f"the archive has more than the {limit} bytes that it may have")
        if name not in todo:
            _copy(stream, padded, None)
            continue
        target, most = todo.pop(name)
        if kind not in (b"0", b"\0"):
            raise SourceError(f"{name} in the archive is not a regular file, got type {kind!r}")
        if size > most:
            raise SourceError(f"{name} in the archive has {size} bytes, expected at most {most}")
        with writing(target), target.open("xb") as file:
            _copy(stream, size, file)
        _copy(stream, padded - size, None)


def _parse(header: bytes) -> tuple[str, int, bytes]:
    try:
        stored = int(header[148:156].strip(b" \0"), 8)
        size = int(header[124:136].strip(b" \0") or b"0", 8)
    except ValueError:
        raise SourceError("the archive has a damaged tar header") from None
    if stored != sum(header[:148]) + sum(header[156:]) + 8 * ord(" ") or size < 0:
        raise SourceError("the archive has a damaged tar header (wrong checksum)")
    name = header[:100].split(b"\0")[0]
    if header[257:262] == b"ustar" and (prefix := header[345:500].split(b"\0")[0]):
        name = prefix + b"/" + name
    return name.decode("utf-8", "replace").removeprefix("./"), size, header[156:157]


def _exactly(stream: Stream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        try:
            piece = stream.read(size - len(data))
        except (OSError, EOFError, zlib.error) as problem:
            raise SourceError(f"the archive is damaged: {problem}") from problem
        if not piece:
            raise SourceError("the archive ends in the middle")
        data += piece
    return data


def _copy(stream: Stream, size: int, file: BinaryIO | None) -> None:
    while size:
        piece = _exactly(stream, min(size, _PIECE))
        if file is not None:
            file.write(piece)
        size -= len(piece)
