"""Models in the safetensors format, which the libraries of other languages read.

The file is the length of a JSON header (8 bytes), the header, and the arrays one after the other.
The header gives each array's dtype, shape and place, and holds text of any kind: here the JSON
document that describes the model, and the SHA-256 of the file (with 64 zeros in the digest's
place). Laws: as in `model_file`, and arrays are C-ordered whatever their order in memory.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from np_layers._types import Array
from np_layers.files import strict_json
from np_layers.files.atomic_file import atomic_file
from np_layers.files.model_file_error import naming
from np_layers.files.stored_model import check_version, document_of, model_of
from np_layers.layers.sequential import Sequential

DTYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4"}
_MARK = b'"sha256": "'  # inside a JSON string the quotation marks would be escaped
_BLANK = b"0" * 64


def save_safetensors(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Save a model like `save`, in a .safetensors file.

    Parameters
    ----------
    model
        A built model.
    path
        The file; replaced in one step when everything has been written.

    Raises
    ------
    TypeError, KeyError, RuntimeError, OSError
        As `save` does.

    References
    ----------
    .. [1] Hugging Face, "Safetensors: format", https://huggingface.co/docs/safetensors

    Examples
    --------
    >>> import tempfile
    >>> from np_layers import Dense
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> save_safetensors(model, path)
    >>> load_safetensors(path)
    Sequential([Dense(units=2)])
    """
    document, arrays = document_of(model), model.state_dict()
    pieces = _encode(arrays, document)
    with atomic_file(path) as stream:
        stream.writelines(pieces)


def load_safetensors(path: str | os.PathLike[str]) -> Sequential:
    """Return the model that `save_safetensors` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Sequential
        Built, with the saved arrays, in the saved dtype.

    Raises
    ------
    ModelFileError
        Where `load` raises it, and for a .safetensors file that another program wrote: it holds
        arrays but no architecture.
    OSError
        If there is no such file or it may not be read.
    """
    content = Path(path).read_bytes()
    with naming(path):
        check_version(content[: 1 << 20])
        arrays, document = _decode(content)
        return model_of(document, arrays)


def _encode(arrays: Mapping[str, Array], document: Mapping[str, Any]) -> list[bytes]:
    """Return the pieces of the file in order."""
    names = {little: name for name, little in DTYPES.items()}
    about = {"np_layers": strict_json.dump(document).decode("ascii"), "sha256": _BLANK.decode()}
    header: dict[str, Any] = {"__metadata__": about}
    pieces, stop = [], 0
    # Large elements first: then every array is aligned, as the format asks for.
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        little = array.dtype.newbyteorder("<")
        if little.str not in names:
            raise TypeError(
                f"a model file holds arrays of {', '.join(DTYPES)}, got {name!r} of {array.dtype}"
            )
        start, stop = stop, stop + array.nbytes
        places = {"shape": list(array.shape), "data_offsets": [start, stop]}
        header[name] = {"dtype": names[little.str], **places}
        pieces.append(array.astype(little, copy=False).tobytes("C"))
    text = strict_json.dump(header)
    text += b" " * (-len(text) % 8)
    pieces.insert(0, len(text).to_bytes(8, "little") + text)
    return [pieces[0].replace(_MARK + _BLANK, _MARK + _sha256(pieces)), *pieces[1:]]


def _decode(content: bytes) -> tuple[dict[str, Array], Any]:
    """Return the arrays (read-only views) and the document; ValueError if anything is amiss."""
    start = 8 + int.from_bytes(content[:8], "little")
    head, data = content[:start], memoryview(content)[start:]
    before, mark, after = head.partition(_MARK)
    if not mark:
        raise ValueError(
            "it holds no architecture, so it was not written by np_layers.save_safetensors; read "
            "its arrays with the package safetensors, and use load_state_dict of a model"
        )
    promised, digest = after[:64], _sha256([before + mark + _BLANK + after[64:], data])
    if promised != digest:
        raise ValueError(f"expected sha256 {promised!r}, got {digest!r}; it is damaged")
    header = strict_json.parse(head[8:])
    try:
        document = strict_json.parse(header.pop("__metadata__")["np_layers"].encode())
        arrays = {name: _array(entry, data) for name, entry in header.items()}
        covered = sorted(entry["data_offsets"] for entry in header.values())
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"its header must name dtype, shape and place of arrays: {error!r}"
        ) from error
    if [0, *(stop for _, stop in covered)] != [*(start for start, _ in covered), len(data)]:
        raise ValueError(f"arrays fill all {len(data)} bytes without gaps, got {covered[:4]}")
    return arrays, document


def _array(entry: Mapping[str, Any], data: memoryview) -> Array:
    dtype, shape = np.dtype(DTYPES[entry["dtype"]]), entry["shape"]
    start, stop = entry["data_offsets"]
    if not all(type(number) is int and number >= 0 for number in [*shape, start, stop]):
        raise ValueError(f"sizes and offsets are integers, not negative, got {entry}")
    if math.prod(shape) * dtype.itemsize != stop - start or stop > len(data) or len(shape) > 32:
        raise ValueError(f"an array takes the place that its shape needs, got {entry}")
    return np.frombuffer(data[start:stop], dtype).reshape(shape)


def _sha256(pieces: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest().encode("ascii")
