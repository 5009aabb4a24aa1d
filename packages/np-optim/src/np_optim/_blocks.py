"""Walk through large arrays in blocks that fit into the processor's cache.

An update of ten operations on a large array would read and write main memory ten times. Block by
block it does so once. Every operation is elementwise, so the block size does not change the bits.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from np_optim._checks import Array

BLOCK = 65536
"""Elements of a block: 256 KiB of float32."""


def blocks(arrays: Sequence[Array], written: int) -> Iterator[tuple[Array, ...]]:
    """Yield matching 1-D blocks of arrays of one shape; the first ``written`` may be changed.

    Blocks are views where the memory layout allows it, else copies that NumPy writes back.
    """
    if arrays[0].size <= BLOCK and all(array.flags.c_contiguous for array in arrays):
        yield tuple(array.reshape(-1) for array in arrays)  # much cheaper than an iterator
        return
    flags = [["readwrite"]] * written + [["readonly"]] * (len(arrays) - written)
    with np.nditer(
        arrays,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=flags,  # type: ignore[arg-type]
        buffersize=BLOCK,
    ) as iterator:
        yield from iterator


def blend(average: Array, new: Array, keep: float) -> None:
    """Update a running average in place: average ← keep · average + (1 - keep) · new."""
    average *= keep
    average += (1 - keep) * new
