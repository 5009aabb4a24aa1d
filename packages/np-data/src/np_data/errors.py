"""What a damaged or malformed file raises: one exception per format, both plain ValueErrors.

Every message names the file, the position inside it, what the format requires there and what was
found, so that a file can be repaired or thrown away without opening a debugger.
"""


class IdxError(ValueError):
    """An IDX file whose header, length or compression is not what the format requires.

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
    r"""A CSV file with a ragged row, an empty cell, a cell that is no number or one out of range.

    Examples
    --------
    >>> import io
    >>> from np_data import read_csv
    >>> read_csv(io.BytesIO(b"label,a,b\n7,0,256\n"))
    Traceback (most recent call last):
        ...
    np_data.errors.CsvError: BytesIO: line 2, column 3: expected an integer from 0 to 255, got '256'
    """
