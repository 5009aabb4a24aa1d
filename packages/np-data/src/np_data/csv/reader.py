"""Reading images and labels from CSV, whole or in chunks, at the speed of NumPy's own loops.

The text is cut into blocks of lines, which are parsed in a few threads and put together in order. A
block that no fast parser understands is read cell by cell, which is also where errors are found.
"""

import operator
import os
from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike, NDArray

from np_data.csv.blocks import BOM, blocks_of_lines
from np_data.csv.cells import parse_cells
from np_data.csv.layout import Layout, check_delimiter, layout_of
from np_data.csv.parse import parse_block
from np_data.csv.rows import Rows
from np_data.errors import CsvError
from np_data.in_order import in_order
from np_data.streams import Source, name_of, opened, stream_of

Header = bool | Literal["infer"]
Part = tuple[NDArray[Any], NDArray[np.int64] | None]

_ROOM = 1 << 24  # cells for which a chunk has room at first, however many rows it may hold


def read_csv(
    path: Source,
    *,
    label: str | int | None = "label",
    dtype: DTypeLike = np.uint8,
    delimiter: str = ",",
    header: Header = "infer",
) -> Part:
    """Read a CSV file of one image per line into features and labels.

    Parameters
    ----------
    path : path or binary file object
        Compression by gzip is recognised by content.
    label : str, int or None
        Name or position of the column of labels; None if there is none.
    dtype : dtype
        Type of the features, an integer or floating type; a cell that it cannot hold is an error.
    delimiter : str
        The character between cells.
    header : bool or "infer"
        Whether the first line names the columns. By default it does if it holds the name `label`,
        or no number at all.

    Returns
    -------
    features : ndarray of `dtype`, shape (N, columns without label)
    labels : ndarray of int64, shape (N,), or None

    Raises
    ------
    CsvError
        If a line has another number of cells, a cell is empty, no number, not finite or out of
        the range of `dtype`, or there is no column for `label`; line and column are named.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"label,pixel0,pixel1" + bytes([10]) + b"7,0,255" + bytes([10]))
    >>> read_csv(file)
    (array([[  0, 255]], dtype=uint8), array([7]))
    """
    wanted = _wanted(dtype)
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size if file is not path else 0
        layout, tables = _tables(file, path, label, wanted, delimiter, header)
        rows: Rows | None = None
        for table, length in tables:
            if rows is None:  # the file probably goes on like its first block; spare room is free
                likely = len(table) * size // length
                rows = Rows(layout, wanted, capacity=len(table) + likely + likely // 8)
            rows.add(table)
        rows = rows or Rows(layout, wanted, capacity=0)
        return rows.taken()


def iter_csv(
    path: Source,
    *,
    chunk_rows: int = 1024,
    label: str | int | None = "label",
    dtype: DTypeLike = np.uint8,
    delimiter: str = ",",
    header: Header = "infer",
) -> Iterator[Part]:
    """Read a CSV file as `read_csv` does, some rows at a time and in constant memory.

    Parameters
    ----------
    path, label, dtype, delimiter, header
        As for `read_csv`.
    chunk_rows : int
        Rows per chunk; the last chunk may be shorter.

    Yields
    ------
    features, labels
        As `read_csv` returns them, for the next rows; new arrays each time.

    Raises
    ------
    CsvError
        As `read_csv`, when the line is reached.

    Examples
    --------
    >>> import io
    >>> lines = bytes([10]).join([b"0,1", b"1,2", b"2,3"])
    >>> for features, labels in iter_csv(io.BytesIO(lines), chunk_rows=2, label=0):
    ...     print(features.tolist(), labels)
    [[1], [2]] [0 1]
    [[3]] [2]
    """
    if operator.index(chunk_rows) < 1:
        raise ValueError(f"chunk_rows must be at least 1, got {chunk_rows!r}")
    return _chunks(path, chunk_rows, label, _wanted(dtype), delimiter, header)


def _chunks(
    path: Source,
    chunk_rows: int,
    label: str | int | None,
    dtype: np.dtype[Any],
    delimiter: str,
    header: Header,
) -> Iterator[Part]:
    with opened(path) as file:
        layout, tables = _tables(file, path, label, dtype, delimiter, header)
        capacity = min(chunk_rows, 1 + _ROOM // layout.columns)
        rows = Rows(layout, dtype, capacity=capacity)
        for table, _ in tables:
            rest = table
            while len(rest) >= (room := chunk_rows - len(rows)):
                rows.add(rest[:room])
                yield rows.taken()
                rows = Rows(layout, dtype, capacity=capacity)
                rest = rest[room:]
            rows.add(rest)
        if len(rows):
            yield rows.taken()


def _tables(
    file: Any,
    source: Source,
    label: str | int | None,
    dtype: np.dtype[Any],
    delimiter: str,
    header: Header,
) -> tuple[Layout, Iterator[tuple[NDArray[Any], int]]]:
    """Return the layout of the file and, in order, each table with the length of its text."""
    if not isinstance(label, str | SupportsIndex | None) or isinstance(label, bool):
        raise TypeError(f"label must be a column's name or position, or None, got {label!r}")
    if not isinstance(label, str | None):
        label = operator.index(label)
    if header not in (True, False, "infer"):
        raise ValueError(f"header must be True, False or 'infer', got {header!r}")
    check_delimiter(delimiter)
    name = name_of(source)
    blocks = blocks_of_lines(stream_of(file, name=name, error=CsvError), name=name)
    text = next(blocks, bytearray()).removeprefix(BOM)
    if not text:
        raise CsvError(f"{name}: line 1: expected a row or a header, got the end of the file")
    line = bytes(text[: text.index(b"\n")])
    layout = layout_of(line, label=label, header=header, delimiter=delimiter, name=name)

    first = text[len(line) + 1 :] if layout.has_header else text

    def parsed(block: bytearray) -> tuple[bytearray, NDArray[Any] | None]:
        return block, parse_block(block, layout, dtype, delimiter)

    def tables() -> Iterator[tuple[NDArray[Any], int]]:
        number = 1 + layout.has_header  # of the next line
        for block, table in in_order(parsed, chain([first] if first else [], blocks)):
            if table is None:  # Python's own loops gain nothing from threads
                table = parse_cells(
                    bytes(block),
                    layout,
                    dtype=dtype,
                    delimiter=delimiter,
                    first_line=number,
                    name=name,
                )
            number += len(table)
            yield table, len(block)

    return layout, tables()


def _wanted(dtype: DTypeLike) -> np.dtype[Any]:
    wanted = np.dtype(dtype)
    if wanted.kind not in "iuf" or wanted.itemsize > 8:
        raise TypeError(
            f"dtype must be an integer or floating type of at most 64 bits, got {wanted}"
        )
    return wanted
