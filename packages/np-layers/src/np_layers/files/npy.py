"""One array as the bytes of a .npy file.

The header is written here and not by NumPy, so no NumPy version can change the bytes of a model
file. The header is read with a pattern and not as a Python expression, so nothing in a file is
evaluated. No memory is allocated for a shape that the file does not hold.
Invariant: ``decode(encode(a))`` equals ``a`` in values, shape and dtype.
"""

from __future__ import annotations

import math
import re

import numpy as np

from np_layers._types import Array

DTYPES = ("<f4", "<f8", "<i4", "<i8", "<u4", "<u8", "|u1")

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-zA-Z][0-9])', 'fortran_order': False, "
    rb"'shape': \(((?:[0-9]{1,18}(?:, [0-9]{1,18})+|[0-9]{1,18},)?)\), \} *\n"
)


def encode(array: Array) -> bytes:
    """Return ``array`` as the bytes of a .npy file, version 1.0.

    Parameters
    ----------
    array : ndarray
        Floats or integers of 32 or 64 bits, or uint8. Stored in C order, little-endian.

    Returns
    -------
    bytes
        Magic, header (with spaces up to a multiple of 64 bytes), elements.

    Raises
    ------
    TypeError
        If the array has another dtype.

    References
    ----------
    NumPy, "The NPY format", https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

    Examples
    --------
    >>> import io
    >>> np.load(io.BytesIO(encode(np.array([1.5, 2.5]))), allow_pickle=False)
    array([1.5, 2.5])
    """
    little = array.dtype.newbyteorder("<")
    if little.str not in DTYPES:
        raise TypeError(
            f"an array in a model file must have a dtype of {', '.join(DTYPES)}, "
            f"got {array.dtype!s}; convert it with array.astype(numpy.float32)"
        )
    shape = tuple(int(size) for size in array.shape)
    header = f"{{'descr': '{little.str}', 'fortran_order': False, 'shape': {shape!r}, }}"
    padding = -(len(_MAGIC) + 2 + len(header) + 1) % 64
    line = header.encode("ascii") + b" " * padding + b"\n"
    elements = array.astype(little, copy=False).tobytes("C")
    return _MAGIC + len(line).to_bytes(2, "little") + line + elements


def decode(data: bytes) -> Array:
    """Return the array of a .npy file as a read-only view of ``data``.

    Parameters
    ----------
    data : bytes
        What `encode` returned, or `numpy.save` wrote for a C-ordered, little-endian array.

    Returns
    -------
    ndarray
        A view: it needs no memory of its own.

    Raises
    ------
    ValueError
        If magic, header, dtype or length is not what `encode` writes.

    Examples
    --------
    >>> decode(encode(np.array([[1, 2]], dtype="int64")))
    array([[1, 2]])
    """
    start = len(_MAGIC) + 2
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError(f"a .npy file starts with {_MAGIC!r}, got {data[: len(_MAGIC)]!r}")
    stop = start + int.from_bytes(data[start - 2 : start], "little")
    header = _HEADER.fullmatch(data[start:stop])
    if header is None:
        got = data[start : min(stop, start + 128)]
        raise ValueError(f"a .npy header must state dtype, C order and shape, got {got!r}")
    descr = header[1].decode("ascii")
    if descr not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, got {descr!r}")
    dtype = np.dtype(descr)
    shape = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    expected, got_bytes = math.prod(shape) * dtype.itemsize, len(data) - stop
    if expected != got_bytes:
        raise ValueError(f"shape {shape} of {descr} needs {expected} bytes, got {got_bytes}")
    if len(shape) > 32:
        raise ValueError(f"an array has at most 32 axes, got {len(shape)}")
    if not got_bytes:
        return np.empty(shape, dtype)
    return np.frombuffer(data, dtype, offset=stop).reshape(shape)
