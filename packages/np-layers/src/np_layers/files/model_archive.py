"""Named arrays and one JSON document in a .npz archive that notices every changed byte.

It is an ordinary uncompressed zip file, which plain `numpy.load` opens, with fixed dates and a
comment at its very end: the SHA-256 of all bytes before it. Laws: the bytes depend on the arrays
and the document alone, and a file in which any bit differs, is missing or was added is refused.
Without this package: ``head -c -64 model.npz | sha256sum`` prints what ``tail -c 64`` shows.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from np_layers._types import Array
from np_layers.files import strict_json
from np_layers.files.npy_format import decode, encode

DOCUMENT = "config"
_SEAL = b"sha256:"
_SEAL_SIZE = len(_SEAL) + 64
_CHUNK = 1 << 20
_FLAT_NAME = re.compile(r"[^./\\:\x00-\x1f][^/\\:\x00-\x1f]*")
_UTF8_NAME = 0x800


def write_archive(
    stream: BinaryIO, arrays: Mapping[str, Array], document: Mapping[str, Any]
) -> None:
    """Write the archive into an empty, seekable binary stream.

    Parameters
    ----------
    stream
        Open for reading and writing.
    arrays
        Arrays by name, kept in this order; a name is flat, without slashes or a colon.
    document
        JSON values only; stored as the member ``config``, a uint8 array of its UTF-8 text.

    Raises
    ------
    ValueError
        If a name is not flat or is ``"config"``, or a number in the document is NaN or infinite.
    TypeError
        If an array is not of numbers or the document not of JSON values.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> write_archive(stream, {"0.weight": np.eye(2)}, {"answer": 42})
    >>> _ = stream.seek(0)
    >>> with np.load(stream, allow_pickle=False) as plain:
    ...     print(plain.files, bytes(plain["config"]))
    ['config', '0.weight'] b'{"answer": 42}'
    """
    for name in arrays:
        if name == DOCUMENT or not _FLAT_NAME.fullmatch(name):
            raise ValueError(
                f"an array's name is text without / \\ : and is not {DOCUMENT!r}, got {name!r}; "
                "rename the layer"
            )
    text = strict_json.dump(document)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member(DOCUMENT), encode(np.frombuffer(text, np.uint8)))
        for name, array in arrays.items():
            archive.writestr(_member(name), encode(array))
        archive.comment = _SEAL + b"0" * 64
    stream.seek(0, io.SEEK_END)
    sealed = stream.tell() - 64
    digest = _sha256(stream, sealed)
    stream.seek(sealed)
    stream.write(digest)


def read_archive(stream: BinaryIO) -> tuple[dict[str, Array], Any]:
    """Return the arrays (read-only) and the document that `write_archive` wrote.

    The digest is compared before anything is parsed. It protects against accidents, not against
    somebody who computes it anew; so every member is checked as well, and no more memory is used
    than the file is long.

    Raises
    ------
    ValueError
        If the bytes are not exactly what `write_archive` wrote, or could not have been written
        by it: pickled objects, compressed, encrypted, duplicate or overlapping members, paths.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> write_archive(stream, {"0.weight": np.eye(2)}, {"answer": 42})
    >>> arrays, document = read_archive(stream)
    >>> document["answer"], arrays["0.weight"].shape
    (42, (2, 2))
    """
    size = _check_seal(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check_members(members, size)
            content = {info.filename[: -len(".npy")]: archive.read(info) for info in members}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error) as error:
        raise ValueError(f"not a readable zip archive: {error}") from error
    if DOCUMENT not in content:
        raise ValueError(f"the archive holds a member {DOCUMENT!r}, got {sorted(content)[:8]}")
    arrays = {name: _decode(name, data) for name, data in content.items()}
    return arrays, strict_json.parse(arrays.pop(DOCUMENT).tobytes())


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
    info.create_system = 3  # Unix; the default depends on the platform
    info.external_attr = 0o600 << 16
    return info


def _check_seal(stream: BinaryIO) -> int:
    """Return the stream's length after comparing its content with the digest at its end."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _SEAL_SIZE, 0))
    seal = stream.read(_SEAL_SIZE)
    if not seal.startswith(_SEAL) or len(seal) != _SEAL_SIZE:
        raise ValueError(
            f"the last {_SEAL_SIZE} of {size} bytes must be {_SEAL.decode()!r} and a digest, "
            f"got {seal[:16]!r}…; it was cut, extended or not written by np_layers.save"
        )
    digest = _sha256(stream, size - 64)
    if digest != seal[len(_SEAL) :]:
        raise ValueError(
            f"expected sha256 {seal[len(_SEAL) :].decode('ascii', 'replace')} of the first "
            f"{size - 64} bytes, got {digest.decode()}; it is damaged, fetch or make it again"
        )
    return size


def _sha256(stream: BinaryIO, size: int) -> bytes:
    digest = hashlib.sha256()
    stream.seek(0)
    while size > 0 and (chunk := stream.read(min(size, _CHUNK))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest().encode("ascii")


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    for info in members:
        name = info.orig_filename
        if not name.endswith(".npy") or not _FLAT_NAME.fullmatch(name):
            raise ValueError(f"a member's name is flat and ends in .npy, got {name!r}")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & ~_UTF8_NAME:
            raise ValueError(f"members are neither compressed nor encrypted, got such a {name!r}")
    twice = [name for name, n in Counter(info.filename for info in members).items() if n > 1]
    if twice:
        raise ValueError(f"members have different names, got {twice[0]!r} more than once")
    if (total := sum(info.file_size for info in members)) > size:
        raise ValueError(f"all members fit into the file's {size} bytes, got {total} bytes")


def _decode(name: str, data: bytes) -> Array:
    try:
        return decode(data)
    except ValueError as error:
        raise ValueError(f"array {name!r}: {error}") from error
