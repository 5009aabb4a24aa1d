"""Save and load a model as one .npz file.

The file is an uncompressed zip archive that plain `numpy.load` opens. It holds the arrays under
their names in the state dictionary, and the model's JSON document as the array ``config``. The
archive's comment, at the very end, is the SHA-256 of all bytes before it.
Invariants: equal models give equal bytes; nothing in a file is executed; a file with any changed,
missing or added byte is refused. To check a file without this package:
``head -c -64 model.npz | sha256sum`` prints what ``tail -c 64 model.npz`` prints.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from np_layers._atomic import atomic_write
from np_layers._types import Array
from np_layers.files.document import check_version, document_of, dump_json, parse_json
from np_layers.files.errors import error_names_file
from np_layers.files.npy import decode, encode
from np_layers.files.rebuild import rebuild
from np_layers.layers.sequential import Sequential

_DOCUMENT = "config"
_DIGEST = b"sha256:"
_DIGEST_SIZE = len(_DIGEST) + 64
_FLAT_NAME = re.compile(r"[^./\\:\x00-\x1f][^/\\:\x00-\x1f]*")
_UTF8_NAME = 0x800


def save(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Save the architecture, the parameters and the buffers of ``model`` in one file.

    Parameters
    ----------
    model : Sequential
        A built model.
    path : path
        The file, usually ``….npz``. It is replaced in one step at the end. After an error the old
        file is still there.

    Raises
    ------
    TypeError
        If ``model`` is not a Sequential, or an option of a layer has no JSON form.
    KeyError
        If a layer or an initialiser is not registered, so that `load` could not find it.
    RuntimeError
        If the model has not been built.
    OSError
        If the file cannot be written.

    Notes
    -----
    The state of an optimizer is not part of a model. Plain NumPy reads the arrays too:
    ``numpy.load(path)["0.weight"]``.

    Examples
    --------
    >>> import tempfile
    >>> from np_layers import Dense
    >>> path = Path(tempfile.mkdtemp()) / "model.npz"
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> save(model, path)
    >>> bool((load(path).forward(np.ones((1, 3))) == model.forward(np.ones((1, 3)))).all())
    True
    """
    document, arrays = document_of(model), model.state_dict()
    with atomic_write(path) as stream:
        write_archive(stream, arrays, document)


def load(path: str | os.PathLike[str]) -> Sequential:
    """Return the model that `save` wrote.

    Register your own layer classes and initialisers first.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Sequential
        Built, with the saved arrays, in the saved dtype.

    Raises
    ------
    ModelFileError
        If a byte differs from what `save` wrote, if the format or version differs, if a
        layer is unknown, or if the arrays do not fit the architecture. This is a ValueError. It is
        raised before memory is allocated for anything that the file does not hold.
    OSError
        If the file does not exist or cannot be read.
    """
    with Path(path).open("rb") as stream, error_names_file(path):
        check_version(stream.read(1 << 20))
        arrays, document = read_archive(stream)
        return rebuild(document, arrays)


def write_archive(
    stream: BinaryIO, arrays: Mapping[str, Array], document: Mapping[str, Any]
) -> None:
    """Write arrays and a JSON document into an empty, seekable stream, open to read and write.

    Raises
    ------
    ValueError
        If a name has a slash, a colon or a control character, or is ``"config"``; or if a number
        in the document is not finite.
    TypeError
        If the dtype of an array cannot be stored, or a value of the document has no JSON form.

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
        if name == _DOCUMENT or not _FLAT_NAME.fullmatch(name):
            raise ValueError(
                f"the name of an array must be without / \\ : and not {_DOCUMENT!r}, got {name!r}; "
                "rename the layer"
            )
    text = np.frombuffer(dump_json(document), np.uint8)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {_DOCUMENT: text, **arrays}.items():
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # Unix; the default depends on the platform
            info.external_attr = 0o600 << 16
            archive.writestr(info, encode(array))
        archive.comment = _DIGEST + b"0" * 64
    end = stream.seek(-64, io.SEEK_END)
    digest = _sha256(stream, end)
    stream.seek(end)
    stream.write(digest)


def read_archive(stream: BinaryIO) -> tuple[dict[str, Array], Any]:
    """Return the arrays (read-only) and the document that `write_archive` wrote.

    The digest finds accidental changes, but anyone can compute a new one. So every member is
    checked too, and the arrays take no more memory than the file is long.

    Raises
    ------
    ValueError
        If the digest is wrong, or `write_archive` could not have written the file: pickles, paths
        as names, members that are compressed, encrypted, duplicate or overlapping.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> write_archive(stream, {"0.weight": np.eye(2)}, {"answer": 42})
    >>> arrays, document = read_archive(stream)
    >>> document["answer"], arrays["0.weight"].shape
    (42, (2, 2))
    """
    size = _check_digest(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check_members(members, size)
            content = {info.filename[: -len(".npy")]: archive.read(info) for info in members}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error) as error:
        raise ValueError(f"not a readable zip archive: {error}") from error
    if _DOCUMENT not in content:
        raise ValueError(f"the archive must have a member {_DOCUMENT!r}, got {list(content)[:8]}")
    arrays = {}
    for name, data in content.items():
        try:
            arrays[name] = decode(data)
        except ValueError as error:
            raise ValueError(f"array {name!r}: {error}") from error
    return arrays, parse_json(arrays.pop(_DOCUMENT).tobytes())


def _check_digest(stream: BinaryIO) -> int:
    """Return the length of the stream after checking the digest at its end."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _DIGEST_SIZE, 0))
    end = stream.read(_DIGEST_SIZE)
    if not end.startswith(_DIGEST) or len(end) != _DIGEST_SIZE:
        raise ValueError(
            f"the last {_DIGEST_SIZE} of {size} bytes must be {_DIGEST.decode()!r} and a digest, "
            f"got {end[:16]!r}…; the file is cut, extended or not from np_layers.save"
        )
    expected, got = end[len(_DIGEST) :], _sha256(stream, size - 64)
    if expected != got:
        raise ValueError(
            f"the first {size - 64} bytes must have sha256 {expected.decode('ascii', 'replace')}, "
            f"got {got.decode()}; the file is damaged, copy or make it again"
        )
    return size


def _sha256(stream: BinaryIO, size: int) -> bytes:
    """Return the digest of the first ``size`` bytes, as hexadecimal text."""
    digest = hashlib.sha256()
    stream.seek(0)
    while size > 0 and (chunk := stream.read(min(size, 1 << 20))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest().encode("ascii")


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    names = set()
    for info in members:
        name = info.orig_filename
        if not name.endswith(".npy") or not _FLAT_NAME.fullmatch(name):
            raise ValueError(f"a member must be a .npy file without a folder, got {name!r}")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & ~_UTF8_NAME:
            raise ValueError(
                f"a member must not be compressed or encrypted, got {name!r}, which is"
            )
        if name in names:
            raise ValueError(f"each member must occur once, got {name!r} twice")
        names.add(name)
    if (total := sum(info.file_size for info in members)) > size:
        raise ValueError(f"the members must fit into the file's {size} bytes, got {total} bytes")
