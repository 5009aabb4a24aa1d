"""Reading CSV cell by cell: slower than the other parsers, but it knows what is wrong and where.

Blocks come here that hold exponents, signs or spaces, very long numbers, or something that is no
number of the wanted type.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from np_data.csv.layout import Layout, other_delimiter, shown
from np_data.errors import CsvError

_OF_NUMBERS = b"0123456789+-.eE \t"  # what Python's int and float may be given: no nan, no 1_000


def parse_cells(
    text: bytes,
    layout: Layout,
    *,
    dtype: np.dtype[Any],
    delimiter: str,
    first_line: int,
    name: str,
) -> NDArray[Any]:
    """Return the table of a block of lines; labels must be integers, all others fit `dtype`.

    Returns
    -------
    ndarray, shape (lines, columns)
        float64 if `dtype` is a floating type, else Python's integers as objects.

    Raises
    ------
    CsvError
        At the first line that has another number of cells, or the first cell that is empty, no
        number or out of range.
    """
    kinds = [Kind.of(dtype)] * layout.columns
    if layout.label is not None:
        kinds[layout.label] = Kind.of_labels(dtype)
    rows = []
    for line, row in enumerate(text.split(b"\n")[:-1], first_line):
        where = f"{name}: line {line}"
        cells = row.split(delimiter.encode())
        if len(cells) != layout.columns:
            raise CsvError(f"{where}: expected {layout.columns} cells, got {_count(row, cells)}")
        values = [kind.value(cell) for kind, cell in zip(kinds, cells, strict=True)]
        if None in values:
            column = values.index(None)
            hint = other_delimiter(row) if layout.columns == 1 else ""
            raise CsvError(
                f"{where}, column {column + 1}: expected {kinds[column]}, "
                f"got {shown(cells[column]) if cells[column] else 'an empty cell'}{hint}"
            )
        rows.append(values)
    table = np.array(rows, dtype=float if dtype.kind == "f" else object)
    return table.reshape(len(rows), layout.columns)


class Kind(NamedTuple):
    """The numbers that a column may hold."""

    convert: Callable[[bytes], int | float]
    least: float
    greatest: float
    whole: bool

    @classmethod
    def of(cls, dtype: np.dtype[Any]) -> Self:
        """Return the finite numbers that a type can hold."""
        if dtype.kind == "f":
            info = np.finfo(dtype)
            greatest = float(info.max)
            if dtype.itemsize < 8:  # a number beyond it by less than half a step is rounded to it
                half_step = float(info.eps) * 2.0 ** (info.maxexp - 2)
                greatest = math.nextafter(greatest + half_step, 0)
            return cls(float, -greatest, greatest, whole=False)
        return cls(int, int(np.iinfo(dtype).min), int(np.iinfo(dtype).max), whole=True)

    @classmethod
    def of_labels(cls, dtype: np.dtype[Any]) -> Self:
        """Return the integers, which may be written as fractions if the features are."""
        if dtype.kind == "f":
            return cls(float, 1 - 2**53, 2**53 - 1, whole=True)
        return cls.of(np.dtype(np.int64))

    def value(self, cell: bytes) -> int | float | None:
        """Return what the cell says, or None if that is none of these numbers."""
        if cell.translate(None, _OF_NUMBERS):
            return None
        try:
            value = self.convert(cell)
        except ValueError:
            return None
        if not self.least <= value <= self.greatest or (self.whole and value != int(value)):
            return None
        return value

    def __str__(self) -> str:
        """Name the numbers in a message."""
        if not self.whole:
            return "a finite number"
        return f"an integer from {self.least} to {self.greatest}"


def _count(row: bytes, cells: list[bytes]) -> str:
    return f"{len(cells)}" if row else "a blank line"
