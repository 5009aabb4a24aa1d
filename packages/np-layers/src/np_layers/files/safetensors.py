"""Save and load a model as one .safetensors file, which libraries of many languages read.

The file is the length of a JSON header (8 bytes), the header, and the arrays. The header has the
dtype, shape and position of each array, and free text: here the JSON document of the model and the
SHA-256 of the file, computed with 64 zeros in place of the digest.
Invariants: as in `npz`. Arrays are stored in C order, whatever their order in memory.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from np_layers._atomic import atomic_write
from np_layers._types import Array
from np_layers.files.document import check_version, document_of, dump_json, parse_json
from np_layers.files.errors import error_names_file
from np_layers.files.rebuild import rebuild
from np_layers.layers.sequential import Sequential

DTYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4"}
_MARK = b'"sha256": "'  # only in the header itself: inside a JSON string, quotes are escaped
_BLANK = b"0" * 64


def save_safetensors(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Save a model like `save`, but as a .safetensors file.

    Parameters
    ----------
    model : Sequential
        A built model.
    path : path
        The file. It is replaced in one step at the end.

    Raises
    ------
    TypeError, KeyError, RuntimeError, OSError
        As in `save`.

    References
    ----------
    Hugging Face, "Safetensors: format", https://huggingface.co/docs/safetensors

    Examples
    --------
    >>> import tempfile
    >>> from np_layers import ReLU
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> model = Sequential([ReLU()], input_shape=(3,), rng=np.random.default_rng(0))
    >>> save_safetensors(model, path)
    >>> load_safetensors(path).input_shape
    (3,)
    """
    document, arrays = document_of(model), model.state_dict()
    pieces = _encode(arrays, document)
    with atomic_write(path) as stream:
        stream.writelines(pieces)


def load_safetensors(path: str | os.PathLike[str]) -> Sequential:
    """Return the model that `save_safetensors` wrote.

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
        As in `load`, and for a .safetensors file of another program, which has arrays but no
        architecture.
    OSError
        If the file does not exist or cannot be read.
    """
    content = Path(path).read_bytes()
    with error_names_file(path):
        check_version(content[: 1 << 20])
        arrays, document = _decode(content)
        return rebuild(document, arrays)


def _encode(arrays: Mapping[str, Array], document: Mapping[str, Any]) -> list[bytes]:
    """Return the file as pieces: the header, then each array."""
    names = {little: name for name, little in DTYPES.items()}
    text = {"np_layers": dump_json(document).decode("ascii"), "sha256": _BLANK.decode()}
    header: dict[str, Any] = {"__metadata__": text}
    pieces, stop = [], 0
    # The format wants aligned arrays. They are aligned if large elements come first.
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        little = array.dtype.newbyteorder("<")
        if little.str not in names:
            raise TypeError(
                f"an array in a model file must have a dtype of {', '.join(DTYPES)}, "
                f"got {array.dtype} for {name!r}; convert it with array.astype(numpy.float32)"
            )
        start, stop = stop, stop + array.nbytes
        position = {"shape": list(array.shape), "data_offsets": [start, stop]}
        header[name] = {"dtype": names[little.str], **position}
        pieces.append(array.astype(little, copy=False).tobytes("C"))
    head = dump_json(header)
    head += b" " * (-len(head) % 8)
    head = len(head).to_bytes(8, "little") + head
    digest = _sha256([head, *pieces])
    return [head.replace(_MARK + _BLANK, _MARK + digest), *pieces]


def _decode(content: bytes) -> tuple[dict[str, Array], Any]:
    """Return the arrays (read-only views) and the document; ValueError if anything is wrong."""
    start = 8 + int.from_bytes(content[:8], "little")
    head, data = content[:start], memoryview(content)[start:]
    before, mark, after = head.partition(_MARK)
    if not mark:
        raise ValueError(
            "the header must have an architecture and a digest, got a file that save_safetensors "
            "did not write; read its arrays with safetensors.numpy.load_file, build the model, and "
            "use from_torch_state_dict if PyTorch wrote them (its Linear weights are transposed), "
            "or load_state_dict if they are from state_dict of this package"
        )
    expected, got = after[:64], _sha256([before + mark + _BLANK + after[64:], data])
    if expected != got:
        raise ValueError(
            f"the file must have sha256 {expected.decode('ascii', 'replace')}, "
            f"got {got.decode()}; the file is damaged, copy or make it again"
        )
    header = parse_json(head[8:])
    try:
        document = parse_json(header.pop("__metadata__")["np_layers"].encode())
        arrays = {name: _array(entry, data) for name, entry in header.items()}
        covered = sorted(entry["data_offsets"] for entry in header.values())
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"the header must state dtype, shape and position of each array, got {error!r}"
        ) from error
    if [0, *(stop for _, stop in covered)] != [*(start for start, _ in covered), len(data)]:
        raise ValueError(f"the arrays must fill {len(data)} bytes without gaps, got {covered[:4]}")
    return arrays, document


def _array(entry: Mapping[str, Any], data: memoryview) -> Array:
    dtype, shape = np.dtype(DTYPES[entry["dtype"]]), entry["shape"]
    start, stop = entry["data_offsets"]
    if not all(type(number) is int and number >= 0 for number in [*shape, start, stop]):
        raise ValueError(f"sizes and offsets must be integers from 0, got {entry}")
    if math.prod(shape) * dtype.itemsize != stop - start or stop > len(data) or len(shape) > 32:
        raise ValueError(f"an array must have the length that its shape needs, got {entry}")
    return np.frombuffer(data[start:stop], dtype).reshape(shape)


def _sha256(pieces: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest().encode("ascii")
