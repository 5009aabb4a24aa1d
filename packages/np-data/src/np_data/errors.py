"""Exceptions for files that are damaged or have the wrong format.

Messages name the file, the position in it, what the format requires there, and what was found.
"""


class IdxError(ValueError):
    """An IDX file with a wrong header, a wrong length or damaged compression.

    Examples
    --------
    >>> import io
    >>> from np_data import read_idx
    >>> read_idx(io.BytesIO(b"PK.."))
    Traceback (most recent call last):
        ...
    np_data.errors.IdxError: BytesIO: byte 0: an IDX file begins with two zero bytes, got b'PK'
    """


class CsvError(ValueError):
    r"""A CSV file with a ragged row, an empty cell, or a cell that is not a number or out of range.

    Examples
    --------
    >>> import io
    >>> from np_data import read_csv
    >>> read_csv(io.BytesIO(b"label,a,b\n7,0,x\n"))
    Traceback (most recent call last):
        ...
    np_data.errors.CsvError: BytesIO: line 2, column 3: expected an integer from 0 to 255, got 'x'
    """
