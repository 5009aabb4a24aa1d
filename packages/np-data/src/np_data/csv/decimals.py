"""Turning the text of signed integers and decimal fractions into numbers, many at a time.

A decimal is the integer without its point, divided by ten to the number of digits after it. Both
are exact in double precision up to 2**53 and 10**22, so that their quotient is the number that
is nearest to the text (Clinger, "How to read floating point numbers accurately", 1990).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEWLINE, _MINUS, _POINT, _ZERO = b"\n-.0"
_MOST_DIGITS = 18  # of an int64
_POWERS = 10.0 ** np.arange(23)  # all exact


def parse_decimals(text: NDArray[np.uint8], columns: int, delimiter: int) -> NDArray[Any] | None:
    """Return the table of a block of lines, or None if it is not all short plain numbers.

    Parameters
    ----------
    text : ndarray of uint8, shape (bytes,)
        Complete lines, each with its newline.
    columns : int
        Cells that each line must have.
    delimiter : int
        Code of the character between cells.

    Returns
    -------
    ndarray of int64 or float64, shape (lines, columns), or None
        float64 if there is a decimal point in the block. None means no more than that another
        parser must look at the block.

    Examples
    --------
    >>> text = np.frombuffer(b"7,-12,0.25" + bytes([10]), np.uint8)
    >>> parse_decimals(text, 3, ord(",")).tolist()
    [[7.0, -12.0, 0.25]]
    """
    newline = text == _NEWLINE
    ends = np.flatnonzero(newline | (text == delimiter))
    if ends.size != newline.sum() * columns or not newline[ends[columns - 1 :: columns]].all():
        return None
    negative = text[_starts(ends)] == _MINUS
    points = np.flatnonzero(text == _POINT)
    places = np.zeros(ends.size, dtype=np.intp)  # digits after the point
    if points.size:
        cells = np.searchsorted(ends, points)
        if (np.diff(cells) == 0).any():
            return None
        places[cells] = ends[cells] - points - 1
        ends = ends - np.cumsum(np.bincount(cells, minlength=ends.size))
        text = text[text != _POINT]
    lengths = ends - _starts(ends) - negative
    digits = text - np.uint8(_ZERO)
    others = np.count_nonzero(digits > 9)
    if (
        others != ends.size + np.count_nonzero(negative)
        or lengths.min(initial=1) < 1
        or lengths.max(initial=1) > _MOST_DIGITS
        or places.max(initial=0) >= _POWERS.size
    ):
        return None
    integers = np.zeros(ends.size, dtype=np.int64)
    for k in range(lengths.max(initial=1)):  # the digit worth 10**k
        integers += np.where(lengths > k, digits[ends - 1 - k], 0).astype(np.int64) * 10**k
    if not points.size:
        if (negative & (integers == 0)).any():  # -0 is a number of its own among floats
            return None
        return np.where(negative, -integers, integers).reshape(-1, columns)
    if integers.max() > 2**53:
        return None
    numbers = integers / _POWERS[places]
    return np.where(negative, -numbers, numbers).reshape(-1, columns)


def _starts(ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where cells begin: one byte after the end of the cell before."""
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    return starts
