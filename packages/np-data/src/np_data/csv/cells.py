"""Parse text of any numbers, and find what is wrong in text that is not numbers.

``parse_numbers`` reads a block of lines with ``numpy.loadtxt``. If it cannot, ``parse_cells`` looks
at each cell: it reads what is rare, such as integers beyond 2**53, and names the first error.
"""

import math
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from np_data.csv.layout import NUMBER, Layout, shown
from np_data.errors import CsvError

_OF_NUMBERS = b"0123456789+-.eE \t"  # excludes nan, inf, 0x1 and 1_000
_EXACT = 2**53 - 1  # float64 holds all integers up to here


class NumberRange(NamedTuple):
    """The finite numbers that a column may hold."""

    minimum: float
    maximum: float
    whole: bool

    @classmethod
    def of_dtype(cls, dtype: np.dtype[Any]) -> Self:
        """Return the finite numbers of a dtype."""
        if dtype.kind != "f":
            return cls(int(np.iinfo(dtype).min), int(np.iinfo(dtype).max), whole=True)
        info = np.finfo(dtype)
        maximum = float(info.max)
        if dtype.itemsize < 8:  # a number beyond it by less than half a step is rounded to it
            half_step = float(info.eps) * 2.0 ** (info.maxexp - 2)
            maximum = math.nextafter(maximum + half_step, 0)
        return cls(-maximum, maximum, whole=False)

    @classmethod
    def of_labels(cls, dtype: np.dtype[Any]) -> Self:
        """Return the integers, which may be written as ``5.0`` if the features are floats."""
        if dtype.kind == "f":
            return cls(-_EXACT, _EXACT, whole=True)
        return cls.of_dtype(np.dtype(np.int64))

    def holds(self, values: NDArray[Any]) -> bool:
        """Return whether the column may hold all the values."""
        if self.whole and values.dtype.kind == "f" and (values != np.floor(values)).any():
            return False
        return bool(self.minimum <= values.min(initial=0) and values.max(initial=0) <= self.maximum)

    def __str__(self) -> str:
        """Name the numbers in a message."""
        if self.whole:
            return f"an integer from {self.minimum} to {self.maximum}"
        return "a finite number"


def parse_numbers(
    block: bytes, columns: int, delimiter: str, *, floats: bool
) -> NDArray[np.float64] | None:
    """Return the table of a block of lines, or None if another parser is needed.

    Parameters
    ----------
    block : bytes
        Complete lines, each with its newline.
    columns : int
        Cells that each line must have.
    delimiter : str
        The character between cells.
    floats : bool
        Whether numbers may have a decimal point or an exponent.

    Returns
    -------
    ndarray of float64, shape (lines, columns), or None
        The nearest float64 of each number. None if a cell is not such a number, or an integer is
        too long to be exact.

    Examples
    --------
    >>> parse_numbers(b"7,-12,0.25" + bytes([10]), 3, ",", floats=True)
    array([[  7.  , -12.  ,   0.25]])
    """
    allowed = _OF_NUMBERS if floats else b"0123456789+- \t"
    if block.translate(None, allowed + delimiter.encode() + b"\n"):
        return None
    lines = block.decode("ascii").split("\n")[:-1]
    try:
        table = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2)
    except ValueError:
        return None
    if table.shape != (len(lines), columns):
        return None
    return table if floats or np.abs(table).max(initial=0) <= _EXACT else None


def parse_cells(
    block: bytes,
    layout: Layout,
    *,
    dtype: np.dtype[Any],
    delimiter: str,
    first_line: int,
    name: str,
) -> NDArray[Any]:
    """Return the table of a block of lines, without the dropped columns, or raise an error.

    Returns
    -------
    ndarray, shape (lines, columns)
        float64 if ``dtype`` is a floating type, else Python's integers as objects.

    Raises
    ------
    CsvError
        At the first line that has another number of cells, or the first cell that is empty, not a
        number or out of range.
    """
    ranges = {column: NumberRange.of_dtype(dtype) for column in layout.kept}
    if layout.label is not None:
        ranges[layout.label] = NumberRange.of_labels(dtype)
    convert = float if dtype.kind == "f" else int
    rows = []
    for line, row in enumerate(block.split(b"\n")[:-1], first_line):
        where = f"{name}: line {line}"
        cells = row.split(delimiter.encode())
        if len(cells) != layout.columns:
            got = len(cells) if row.strip() else "a blank line"
            raise CsvError(f"{where}: expected {layout.columns} cells, got {got}")
        values = []
        for column, allowed in ranges.items():
            value = _value(cells[column], convert, allowed)
            if value is None:
                got = shown(cells[column]) if cells[column].strip() else "an empty cell"
                raise CsvError(
                    f"{where}, column {column + 1}: expected {allowed}, got {got}"
                    f"{_hint(cells[column], is_label=column == layout.label)}"
                )
            values.append(value)
        rows.append(values)
    table = np.array(rows, dtype=float if dtype.kind == "f" else object)
    return table.reshape(len(rows), len(ranges))


def _value(
    cell: bytes, convert: type[int] | type[float], allowed: NumberRange
) -> int | float | None:
    """Return the number in a cell, or None if it is not a number that is allowed."""
    if cell.translate(None, _OF_NUMBERS):
        return None
    try:
        value = convert(cell)
    except ValueError:
        return None
    if not allowed.minimum <= value <= allowed.maximum or (allowed.whole and value != int(value)):
        return None
    return value


def _hint(cell: bytes, *, is_label: bool) -> str:
    """Return the likely fix as the end of a message."""
    text = cell.decode("utf-8", "replace")
    if NUMBER.fullmatch(text) and not is_label:
        return "; pass a dtype that holds it, such as dtype='float32'"
    if is_label and not NUMBER.fullmatch(text):
        return "; labels must be integers"
    return ""
