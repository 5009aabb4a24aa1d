"""Verify files by the SHA-256 of their content, which is decompressed unless it stays compressed.

A file is read once, in constant memory. Reading stops where the wanted file would end, so that a
gzip bomb does not fill the disk.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from np_data._atomic import atomic_write
from np_data._streams import opened
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.source import RefusedError

_CHUNK = 1 << 20


def pieces(path: Path, limit: int, *, inflate: bool = True) -> Iterator[bytes]:
    """Yield the content of a file in pieces; gzip is inflated unless ``inflate`` is False.

    RefusedError if there are more than ``limit`` bytes, or the file cannot be read to its end.
    """
    size = 0
    try:
        with opened(path, error=RefusedError) if inflate else path.open("rb") as stream:
            while piece := stream.read(min(_CHUNK, limit + 1 - size)):
                size += len(piece)
                if size > limit:
                    raise RefusedError(f"it has more than the {limit} bytes that it may have")
                yield piece
    except OSError as error:
        raise RefusedError(f"it cannot be read: {error}") from error


def matches(path: Path, file: IdxFile) -> bool:
    """Return whether the file at ``path`` exists and has the right content as it is."""
    try:
        if not path.is_file() or file.size not in (None, path.stat().st_size):
            return False
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def unpack(path: Path, file: IdxFile, target: Path) -> None:
    """Write the content of the file at ``path`` to ``target`` if it has the right SHA-256.

    ``target`` keeps its old content until the last byte is verified and on the disk. RefusedError
    if the content is not that of ``file``, OSError if ``target`` cannot be written.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    with atomic_write(target) as output:
        for piece in pieces(path, file.limit, inflate=not file.stays_compressed):
            head = head or piece[:16]
            size += len(piece)
            digest.update(piece)
            output.write(piece)
        if digest.hexdigest() != file.sha256:
            raise RefusedError(
                f"{file.name}: expected sha256 {file.sha256[:12]}…, got "
                f"{digest.hexdigest()[:12]}… ({size} bytes that begin with {head!r})"
            )
