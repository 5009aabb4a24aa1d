"""Turning the text of many small numbers into bytes with a few passes over the whole block.

Most image files in CSV hold integers from 0 to 255 and nothing else. Their text is parsed without
a loop over cells. Let `digit[p]` be the digit at byte p, or zero where byte p ends a cell. Then

    value[p] = digit[p] + 10 digit[p-1] + 100 digit[p-2]

with the terms beyond the beginning of the cell masked to zero, is the number that ends at p,
and gathering `value` just before each end of a cell gives the table. Passes over bytes run
sixteen or more at a time in NumPy's loops, so what costs most is finding the ends.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEWLINE = 10
_scratch = threading.local()  # arrays are used again: fresh ones would cost a page fault per 4 KiB


def parse_pixels(text: NDArray[np.uint8], columns: int, delimiter: int) -> NDArray[Any] | None:
    """Return the table of a block of lines, or None if it is not all integers from 0 to 255.

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
    ndarray of uint8, shape (lines, columns), or None
        None means no more than that another parser must look at the block.

    Examples
    --------
    >>> text = np.frombuffer(b"7,0,255" + bytes([10]) + b"1,20,003" + bytes([10]), np.uint8)
    >>> parse_pixels(text, 3, ord(","))
    array([[  7,   0, 255],
           [  1,  20,   3]], dtype=uint8)
    """
    # Element p + 1 belongs to byte p; element 0 stands for the end of a cell before the first.
    digit, is_digit, spare, tens, hundreds = _buffers(text.size + 1)
    digit[0] = 255
    np.subtract(text, ord("0"), out=digit[1:])
    np.less(digit, 10, out=is_digit)
    ends = _ends_of_cells(text, is_digit, spare, columns, delimiter)
    if ends is None:
        return None
    digit *= is_digit.view(np.uint8)

    # Where this byte and the one before it are digits, and the one before those, and one more.
    two = np.logical_and(is_digit[1:], is_digit[:-1], out=tens[1:])
    three = np.logical_and(two[1:], is_digit[:-2], out=hundreds[2:])
    if np.logical_and(three[1:], is_digit[:-3], out=spare[3:]).any():
        return None
    ten, hundred = two.view(np.uint8), three.view(np.uint8)
    ten *= digit[:-1]
    hundred *= digit[:-2]
    ten *= np.uint8(10)
    value = digit  # what follows turns the one into the other
    value[1:] += ten
    if hundred.any():
        if hundred.max() > 2:
            return None
        hundred *= np.uint8(100)
        value[2:] += hundred
        if np.less(value[2:], hundred, out=spare[2:]).any():  # the sum has wrapped past 255
            return None
    return value.take(ends).reshape(-1, columns)


def _ends_of_cells(
    text: NDArray[np.uint8],
    is_digit: NDArray[np.bool_],
    flags: NDArray[np.bool_],
    columns: int,
    delimiter: int,
) -> NDArray[np.intp] | None:
    """Return where the cells end if all else is digits, lines are even and no cell is empty."""
    flags = flags[1:]
    others = text.size - int(np.count_nonzero(is_digit))
    delimiters = int(np.count_nonzero(np.equal(text, delimiter, out=flags)))
    lines, rest = divmod(others, columns)
    if rest or others - delimiters != lines:
        return None
    if not np.logical_or(is_digit[1:], is_digit[:-1], out=flags).all():
        return None  # two ends side by side
    ends = np.flatnonzero(np.logical_not(is_digit[1:], out=flags))
    # Of what is neither digit nor delimiter there is one byte per line: the newline at its end.
    return ends if (text[ends[columns - 1 :: columns]] == _NEWLINE).all() else None


def _buffers(size: int) -> tuple[NDArray[Any], ...]:
    """Return one array of bytes and four of flags of this thread, whose content is arbitrary."""
    if getattr(_scratch, "size", 0) < size:
        _scratch.size = size
        dtypes = (np.uint8, bool, bool, bool, bool)
        _scratch.arrays = tuple(np.empty(size, dtype) for dtype in dtypes)
    return tuple(array[:size] for array in _scratch.arrays)
