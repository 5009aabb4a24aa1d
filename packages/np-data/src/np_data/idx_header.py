"""The header of an IDX file: which type of number it holds and in which shape.

IDX is the format of MNIST (LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
1998, http://yann.lecun.com/exdb/mnist/): two zero bytes, one byte for the type, one byte for the
number of dimensions, each dimension as a big-endian 32-bit integer, then the elements in C order,
big-endian too. Nothing here is skipped on trust: every byte of the header is read and checked.
"""

import math
import sys
from typing import Any, NamedTuple

import numpy as np

from np_data.errors import IdxError
from np_data.streams import Gunzip, Plain

DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
LARGEST_DIMENSION = 2**32 - 1


class IdxHeader(NamedTuple):
    """What an IDX header says: the elements' type as it is on disk and the array's shape."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def offset(self) -> int:
        """Position of the first element, in bytes from the beginning of the header."""
        return 4 + 4 * len(self.shape)

    @property
    def nbytes(self) -> int:
        """Number of bytes that the elements take."""
        return math.prod(self.shape) * self.dtype.itemsize

    def to_bytes(self) -> bytes:
        """Return the header as it stands in a file."""
        code = next(code for code, dtype in DTYPES.items() if dtype == self.dtype)
        dimensions = b"".join(length.to_bytes(4, "big") for length in self.shape)
        return bytes([0, 0, code, len(self.shape)]) + dimensions


def read_header(stream: Plain | Gunzip, *, name: str) -> IdxHeader:
    """Read an IDX header and leave the stream at the first element.

    Raises
    ------
    IdxError
        If the magic number, the type or the number of dimensions is none of IDX's, if the header
        is cut short, or if it promises more than an array can hold.
    """
    magic = read_all(stream, 4)
    if magic[:2] != b"\0\0"[: len(magic)]:
        raise IdxError(
            f"{name}: byte 0: an IDX file begins with two zero bytes, got {bytes(magic[:2])!r}"
        )
    if len(magic) < 4:
        raise IdxError(f"{name}: byte {len(magic)}: expected 4 bytes of magic number, got the end")
    dtype, rank = DTYPES.get(magic[2]), magic[3]
    if dtype is None:
        known = ", ".join(f"0x{code:02x}" for code in DTYPES)
        raise IdxError(f"{name}: byte 2: expected a type among {known}, got 0x{magic[2]:02x}")
    try:
        np.empty((0,) * rank)
    except ValueError as problem:
        raise IdxError(
            f"{name}: byte 3: expected a number of dimensions that NumPy {np.__version__} can "
            f"represent, got {rank}"
        ) from problem
    dimensions = read_all(stream, 4 * rank)
    if len(dimensions) < 4 * rank:
        raise IdxError(
            f"{name}: byte {4 + len(dimensions)}: expected a header of {4 + 4 * rank} bytes for "
            f"{rank} dimensions, got the end of the file"
        )
    shape = tuple(int.from_bytes(dimensions[i : i + 4], "big") for i in range(0, 4 * rank, 4))
    if math.prod(max(1, length) for length in shape) * dtype.itemsize > sys.maxsize:
        raise IdxError(
            f"{name}: byte 4: expected dimensions whose elements fit into memory, got {shape}"
        )
    return IdxHeader(dtype, shape)


def read_all(stream: Plain | Gunzip, size: int) -> bytearray:
    """Read `size` bytes or, if the stream ends earlier, all that there are.

    The result grows with what has arrived, so a header that promises much costs nothing.
    """
    data = bytearray()
    while len(data) < size and (piece := stream.read(min(size - len(data), 1 << 20))):
        data += piece
    return data
