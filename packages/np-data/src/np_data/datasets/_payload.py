"""Verify files by the SHA-256 of their decompressed content.

A file is inflated, counted, hashed and written in one pass of constant memory. Reading stops when
there are more bytes than the wanted file has, so a gzip bomb does not fill the disk.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from np_data._atomic import atomic_write
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.source import RefusedError

_CHUNK = 1 << 20


def pieces(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Yield the content of an open file in pieces, inflated if it is gzip.

    Raises
    ------
    RefusedError
        If there are more than ``limit`` bytes, or the file cannot be read to its end.
    """
    size = 0
    try:
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream = gzip.GzipFile(fileobj=file) if is_gzip else file
        while piece := stream.read(min(_CHUNK, limit + 1 - size)):
            size += len(piece)
            if size > limit:
                raise RefusedError(f"it has more than the {limit} bytes that it may have")
            yield piece
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedError(f"it cannot be read: {error}") from error


def matches(path: Path, file: IdxFile) -> bool:
    """Return whether the uncompressed file at ``path`` exists and has the right content."""
    try:
        if not path.is_file() or file.size not in (None, path.stat().st_size):
            return False
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def unpack(path: Path, file: IdxFile, target: Path) -> None:
    """Write the content of the file at ``path`` to ``target`` if it has the right SHA-256.

    ``target`` keeps its old content until the last byte is verified and on the disk.

    Raises
    ------
    RefusedError
        If the content is not that of ``file``.
    OSError
        If ``path`` cannot be opened or ``target`` cannot be written.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as source, atomic_write(target) as output:
        for piece in pieces(source, file.limit):
            head = head or piece[:16]
            size += len(piece)
            digest.update(piece)
            output.write(piece)
        if digest.hexdigest() != file.sha256:
            raise RefusedError(
                f"{file.name}: expected sha256 {file.sha256[:12]}…, got "
                f"{digest.hexdigest()[:12]}… ({size} bytes that begin with {head!r})"
            )
