"""Elementwise work in blocks that stay in the processor's cache.

An update of ten operations over a large array would read and write main memory ten times. Cut into
blocks, it does so once: the block and its scratch stay in the second-level cache. The blocks are
views, so no temporary is as large as an array, and as every operation is elementwise the bits
do not depend on where the cuts are.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BLOCK = 65536
"""Elements of a block: 256 KiB of float32."""

LINE = 64
"""Bytes of a cache line."""


def blocks(arrays: Sequence[Array], written: int) -> Iterator[list[Array]]:
    """Yield matching flat blocks of arrays of one shape; the first `written` may be changed.

    The blocks are views where the memory allows it. Where it does not, they are copies, and
    those of the first `written` arrays are copied back when the iteration goes on.
    """
    if all(array.flags.c_contiguous for array in arrays):
        arrays = [array.reshape(-1) for array in arrays]
    first = arrays[0]
    row_size = math.prod(first.shape[1:])
    if first.size <= BLOCK:
        yield from _flat(arrays, written)
    elif row_size > BLOCK:
        for rows in zip(*arrays, strict=True):
            yield from blocks(rows, written)
    else:
        step = BLOCK // row_size
        for start in range(0, len(first), step):
            yield from _flat([array[start : start + step] for array in arrays], written)


def cache_lines(count: int, size: int, dtype: np.dtype[Any]) -> list[Array]:
    """Return uninitialised rows of `size` elements, each of which begins at a cache line.

    NumPy's own memory begins anywhere, and then every vector of the widest instructions lies across
    two lines, which makes an addition in cache a quarter slower.
    """
    stride = -(-size * dtype.itemsize // LINE) * LINE
    memory = np.empty(LINE + count * stride, np.uint8)
    start = -memory.ctypes.data % LINE
    starts = [start + i * stride for i in range(count)]
    return [memory[i : i + size * dtype.itemsize].view(dtype) for i in starts]


def _flat(arrays: Sequence[Array], written: int) -> Iterator[list[Array]]:
    flat = [array.reshape(-1) for array in arrays]
    yield flat
    for array, block in zip(arrays[:written], flat, strict=False):
        if not array.flags.c_contiguous:
            array[...] = block.reshape(array.shape)


def blend(average: Array, new: Array, rates: Sequence[Array], scratch: Array) -> None:
    """Move `average` in place: average ← keep · average + take · new, with rates = (keep, take)."""
    keep, take = rates
    np.multiply(new, take, out=scratch)
    np.multiply(average, keep, out=average)
    np.add(average, scratch, out=average)


def is_finite(array: Array) -> bool:
    """Return whether no element is NaN or infinite.

    The sum of squares of an array with such an element is not finite, and one product of
    the array with itself is the cheapest pass over it. As finite elements may overflow that sum,
    only the exact test says no.
    """
    if array.flags.c_contiguous and math.isfinite(np.vdot(array, array)):
        return True
    return all(bool(np.isfinite(block).all()) for (block,) in blocks([array], written=0))
