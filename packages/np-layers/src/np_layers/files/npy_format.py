"""One array as the bytes of a .npy file, and back.

The header is written here rather than by NumPy, so that no NumPy version can change a byte of it,
and read by a pattern rather than as a Python expression, so that nothing in a file is evaluated and
nothing is allocated for a shape that the file only claims to hold. Law: ``decode(encode(a))``
equals ``a`` in value, shape and dtype.
"""

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
    """Return `array` as the bytes of a version 1.0 .npy file.

    Parameters
    ----------
    array : ndarray
        Of floats or integers of 32 or 64 bits or of uint8; any shape, any memory order. Stored in
        C order, little-endian.

    Returns
    -------
    bytes
        Magic, header padded with spaces to a multiple of 64 bytes, then the elements.

    Raises
    ------
    TypeError
        If the dtype is none of those; an object array, for one, could only be pickled.

    References
    ----------
    .. [1] NumPy, "The NPY format", https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

    Examples
    --------
    >>> import io
    >>> np.load(io.BytesIO(encode(np.array([1.5, 2.5]))), allow_pickle=False)
    array([1.5, 2.5])
    """
    little = array.dtype.newbyteorder("<")
    if little.str not in DTYPES:
        raise TypeError(
            f"a model file holds arrays of {', '.join(DTYPES)}, got dtype {array.dtype!s}; "
            "convert it with array.astype(numpy.float32) first"
        )
    shape = tuple(int(size) for size in array.shape)
    header = f"{{'descr': '{little.str}', 'fortran_order': False, 'shape': {shape!r}, }}"
    padding = -(len(_MAGIC) + 2 + len(header) + 1) % 64
    line = header.encode("ascii") + b" " * padding + b"\n"
    return (
        _MAGIC
        + len(line).to_bytes(2, "little")
        + line
        + array.astype(little, copy=False).tobytes("C")
    )


def decode(data: bytes) -> Array:
    """Return the array that the bytes of a .npy file hold, as a read-only view of them.

    Parameters
    ----------
    data : bytes
        What `encode` wrote, or `numpy.save` for a C-ordered, little-endian array.

    Returns
    -------
    ndarray
        A view: its memory is `data` itself, however large the shape in the header.

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
        raise ValueError(f"a .npy member starts with {_MAGIC!r}, got {data[: len(_MAGIC)]!r}")
    stop = start + int.from_bytes(data[start - 2 : start], "little")
    header = _HEADER.fullmatch(data[start:stop])
    if header is None:
        raise ValueError(
            "a .npy header states dtype, C order and shape of plain numbers, "
            f"got {data[start : min(stop, start + 128)]!r}"
        )
    descr = header[1].decode("ascii")
    if descr not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, got {descr!r}")
    dtype = np.dtype(descr)
    shape = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    expected, got = math.prod(shape) * dtype.itemsize, len(data) - stop
    if expected != got:
        raise ValueError(f"shape {shape} of {descr} needs {expected} bytes, got {got}")
    if len(shape) > 32:
        raise ValueError(f"an array has at most 32 axes, got {len(shape)}")
    return np.frombuffer(data, dtype, offset=stop).reshape(shape) if got else np.empty(shape, dtype)
