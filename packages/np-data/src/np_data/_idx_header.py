"""The header of an IDX file: the type of its numbers and the shape of the array.

IDX is the format of MNIST (LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
1998, http://yann.lecun.com/exdb/mnist/). A file holds two zero bytes, one byte for the type, one
byte for the number of dimensions, each dimension as a big-endian 32-bit integer, and then the
elements in C order, big-endian too.
"""

import math
import sys
from typing import Any, NamedTuple

import numpy as np

from np_data._file_kinds import kind_of_file
from np_data._streams import Stream
from np_data.errors import IdxError

DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


class IdxHeader(NamedTuple):
    """The elements' type on the disk and the array's shape."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def offset(self) -> int:
        """Position of the first element, in bytes from the beginning of the header."""
        return 4 + 4 * len(self.shape)

    @property
    def nbytes(self) -> int:
        """Size of all elements in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(stream: Stream) -> IdxHeader:
    """Read an IDX header, or raise IdxError. The next byte of the stream is the first element."""
    name = stream.name
    magic = read_up_to(stream, 4)
    if magic[:2] != b"\0\0"[: len(magic)]:
        raise IdxError(
            f"{name}: byte 0: an IDX file begins with two zero bytes, got {bytes(magic[:2])!r}"
            f"{_kind(magic, stream)}"
        )
    if len(magic) < 4:
        raise IdxError(f"{name}: byte {len(magic)}: expected 4 bytes of magic number, got the end")
    dtype, rank = DTYPES.get(magic[2]), magic[3]
    if dtype is None:
        known = ", ".join(f"0x{code:02x}" for code in DTYPES)
        got = f"0x{magic[2]:02x}{_kind(magic, stream)}"
        raise IdxError(f"{name}: byte 2: expected a type among {known}, got {got}")
    if rank > 64:
        raise IdxError(f"{name}: byte 3: expected at most 64 dimensions, as NumPy has, got {rank}")
    dimensions = read_up_to(stream, 4 * rank)
    if len(dimensions) < 4 * rank:
        raise IdxError(
            f"{name}: byte {4 + len(dimensions)}: expected a header of {4 + 4 * rank} bytes for "
            f"{rank} dimensions, got the end of the file"
        )
    shape = tuple(int.from_bytes(dimensions[i : i + 4], "big") for i in range(0, 4 * rank, 4))
    if math.prod(max(1, length) for length in shape) * dtype.itemsize > sys.maxsize:
        raise IdxError(f"{name}: byte 4: expected dimensions that fit into memory, got {shape}")
    return IdxHeader(dtype, shape)


def read_up_to(stream: Stream, size: int) -> bytearray:
    """Read ``size`` bytes, or fewer if the stream ends earlier."""
    data = bytearray()
    while len(data) < size and (piece := stream.read(min(size - len(data), 1 << 20))):
        data += piece
    return data


def _kind(magic: bytearray, stream: Stream) -> str:
    """Return what the file is instead of IDX, as the end of a message, or "" if unknown."""
    kind = kind_of_file(bytes(magic + read_up_to(stream, 60)))
    return f"; this is {kind}" if kind else ""
