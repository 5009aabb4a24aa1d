"""Read chosen rows of arrays, memory maps and array-like objects on disk."""

import mmap
import operator
import sys
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_SHORT_ROW = 1 << 14  # bytes


class RowReader(Protocol):
    """An object with a shape that returns rows when it is indexed by an array of row numbers."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: Any, /) -> Any: ...


def as_rows(data: Any, *, at_random: bool) -> RowReader:
    """Return ``data`` as an object that ``gather`` can read rows from.

    Arrays, memory maps and data sets on disk (HDF5, zarr) are not copied. Lists become arrays, and
    so do the tables of pandas and polars.

    If short rows of a memory map will be read in random order, this asks the operating system not
    to read ahead: reading ahead took 20 times as long on 40 GB.
    """
    memory: Any = getattr(data, "_mmap", None)
    if sys.platform != "win32" and at_random and memory is not None:
        if data[:1].nbytes <= _SHORT_ROW:
            memory.madvise(mmap.MADV_RANDOM)
    if isinstance(data, np.ndarray) or hasattr(data, "to_numpy") or not hasattr(data, "shape"):
        return np.asarray(data)
    reader: RowReader = data
    return reader


def common_length(arrays: tuple[RowReader, ...]) -> int:
    """Return the number of rows that all arrays have."""
    if not arrays:
        raise TypeError("at least one array is needed, got none")
    lengths = [array.shape[0] if array.shape else None for array in arrays]
    if lengths[0] is None or len(set(lengths)) > 1:
        raise ValueError(f"arrays must have the same number of rows, got {lengths}")
    return operator.index(lengths[0])


def gather(array: RowReader, rows: NDArray[Any]) -> NDArray[Any]:
    """Return the given rows as a new array in native byte order."""
    if not isinstance(array, np.ndarray):
        # Data sets on disk need ascending row numbers without repetition.
        unique, inverse = np.unique(rows, return_inverse=True)
        batch = np.asarray(array[unique])[inverse]
    elif array.flags.c_contiguous and array.flags.aligned:
        batch = array.take(rows, axis=0)  # faster than indexing, but take copies other arrays whole
    else:
        batch = array[rows]
    return batch if batch.dtype.isnative else batch.astype(batch.dtype.newbyteorder("="))
