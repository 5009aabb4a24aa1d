"""Rows out of arrays, memory maps and things like them, touching no other row."""

import mmap
import operator
import sys
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_SHORT_ROW = 1 << 14  # bytes; a longer row gains from being read ahead


class Rows(Protocol):
    """An array or something like it: a shape, and rows when indexed by an array of row numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows, then the shape of one row."""

    def __getitem__(self, rows: Any, /) -> Any:
        """Return the rows of the given numbers."""


def gather(array: Rows, rows: NDArray[Any]) -> NDArray[Any]:
    """Return the given rows as a new array."""
    if not isinstance(array, np.ndarray):
        unique, inverse = np.unique(rows, return_inverse=True)
        batch = np.asarray(array[unique])[inverse]
    elif array.flags.c_contiguous and array.flags.aligned:
        batch = array.take(rows, axis=0)  # faster than indexing, but copies any other array whole
    else:
        batch = array[rows]
    return batch if batch.dtype.isnative else batch.astype(batch.dtype.newbyteorder("="))


def prepared(array: Rows, *, at_random: bool) -> Rows:
    """Return a memory map as the plain array that it is, still mapped; others unchanged.

    The system is told if short rows of a map will be read in no order: reading ahead, as it
    otherwise does, would load up to megabytes for each row.
    """
    if not isinstance(array, np.memmap):
        return array
    memory: Any = array
    while isinstance(memory, np.ndarray):
        memory = memory.base
    if (
        sys.platform != "win32"
        and at_random
        and array[:1].nbytes <= _SHORT_ROW
        and hasattr(memory, "madvise")
    ):
        memory.madvise(mmap.MADV_RANDOM)
    return array.view(np.ndarray)


def common_length(arrays: tuple[Rows, ...]) -> int:
    """Return the number of rows that all arrays have."""
    if not arrays:
        raise TypeError("at least one array is needed, got none")
    for array in arrays:
        if not (hasattr(array, "shape") and hasattr(array, "__getitem__")):
            raise TypeError(
                f"an array needs a shape and rows, got {type(array).__name__}; use np.asarray"
            )
    lengths = [array.shape[0] if array.shape else None for array in arrays]
    if lengths[0] is None or len(set(lengths)) > 1:
        raise ValueError(f"arrays must have the same number of rows, got {lengths}")
    return operator.index(lengths[0])
