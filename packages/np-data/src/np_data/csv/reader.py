"""Read images and labels from CSV files, whole or in chunks."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, SupportsIndex, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from np_data._checks import check_integer
from np_data._streams import PathOrFile, opened
from np_data.csv.blocks import blocks_of_lines
from np_data.csv.layout import Column, Header, check_delimiter, layout_of
from np_data.csv.parser import BlockParser, FeaturesAndLabels
from np_data.errors import CsvError

LabelType = type[int] | type[np.int64] | type[str]


@overload
def read_csv(
    path: PathOrFile,
    *,
    label: Column = ...,
    label_dtype: type[int] | type[np.int64] = ...,
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> tuple[NDArray[Any], NDArray[np.int64]]: ...


@overload
def read_csv(
    path: PathOrFile,
    *,
    label: Column = ...,
    label_dtype: type[str],
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> tuple[NDArray[Any], NDArray[np.str_]]: ...


@overload
def read_csv(
    path: PathOrFile,
    *,
    label: None,
    label_dtype: LabelType = ...,
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> tuple[NDArray[Any], None]: ...


def read_csv(
    path: PathOrFile,
    *,
    label: Column | None = "label",
    label_dtype: LabelType = np.int64,
    drop: Column | Sequence[Column] = (),
    dtype: DTypeLike = np.uint8,
    delimiter: str = ",",
    header: Header = "infer",
) -> FeaturesAndLabels:
    """Read a CSV file of one image per line into features and labels.

    Parameters
    ----------
    path : path or binary file
        Compressed by gzip or not.
    label : str, int or None
        Name or position of the column of labels; None if the file has no such column.
    label_dtype : {int, str}
        Whether labels are integers or text without spaces around it.
    drop : str, int or sequence of these
        Names or positions of columns to leave out, such as row numbers. They may hold text.
    dtype : dtype
        Type of the features, an integer or floating type. A cell that it cannot hold is an error.
    delimiter : str
        The character between cells. If it is a space, several spaces count as one.
    header : bool or "infer"
        Whether the first line names the columns. By default it does if it holds the name ``label``
        or a name in ``drop``, or no number; columns that may hold text and are given by position
        do not count. A line that may be a header or a row is an error.

    Returns
    -------
    features : ndarray of ``dtype``, shape (N, number of other columns)
    labels : ndarray of int64 or str, shape (N,), or None

    Raises
    ------
    CsvError
        If a line has another number of cells, a cell is not a finite number in the range of
        ``dtype``, a label is not as ``label_dtype`` says, or a column is not found. Blank lines are
        ignored at the end of the file only.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"label,pixel0,pixel1" + bytes([10]) + b"7,0,255" + bytes([10]))
    >>> read_csv(file)
    (array([[  0, 255]], dtype=uint8), array([7]))
    >>> file = io.BytesIO(b"width,kind" + bytes([10]) + b"4,setosa" + bytes([10]))
    >>> read_csv(file, label="kind", label_dtype=str)
    (array([[4]], dtype=uint8), array(['setosa'], dtype='<U6'))
    """
    return _joined(list(_parts(path, label, label_dtype, drop, dtype, delimiter, header)))


@overload
def iter_csv(
    path: PathOrFile,
    *,
    chunk_rows: int = ...,
    label: Column = ...,
    label_dtype: type[int] | type[np.int64] = ...,
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> Iterator[tuple[NDArray[Any], NDArray[np.int64]]]: ...


@overload
def iter_csv(
    path: PathOrFile,
    *,
    chunk_rows: int = ...,
    label: Column = ...,
    label_dtype: type[str],
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> Iterator[tuple[NDArray[Any], NDArray[np.str_]]]: ...


@overload
def iter_csv(
    path: PathOrFile,
    *,
    chunk_rows: int = ...,
    label: None,
    label_dtype: LabelType = ...,
    drop: Column | Sequence[Column] = ...,
    dtype: DTypeLike = ...,
    delimiter: str = ...,
    header: Header = ...,
) -> Iterator[tuple[NDArray[Any], None]]: ...


def iter_csv(
    path: PathOrFile,
    *,
    chunk_rows: int = 1024,
    label: Column | None = "label",
    label_dtype: LabelType = np.int64,
    drop: Column | Sequence[Column] = (),
    dtype: DTypeLike = np.uint8,
    delimiter: str = ",",
    header: Header = "infer",
) -> Iterator[FeaturesAndLabels]:
    """Read a CSV file as ``read_csv`` does, some rows at a time and in constant memory.

    Parameters
    ----------
    chunk_rows : int
        Rows per chunk. The last chunk may be shorter.

    Yields
    ------
    features, labels
        As ``read_csv`` returns them, for the next rows. A CsvError is raised when the wrong line is
        reached.

    Examples
    --------
    >>> import io
    >>> lines = bytes([10]).join([b"5,1", b"6,2", b"7,3"])
    >>> for features, labels in iter_csv(io.BytesIO(lines), chunk_rows=2, label=0):
    ...     print(features.tolist(), labels)
    [[1], [2]] [5 6]
    [[3]] [7]
    """
    chunk_rows = check_integer("chunk_rows", chunk_rows, 1)
    return _chunks(_parts(path, label, label_dtype, drop, dtype, delimiter, header), chunk_rows)


def _chunks(parts: Iterator[FeaturesAndLabels], chunk_rows: int) -> Iterator[FeaturesAndLabels]:
    waiting: list[FeaturesAndLabels] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += len(part[0])
        if count >= chunk_rows:
            rows = _joined(waiting)
            for start in range(0, count - chunk_rows + 1, chunk_rows):
                yield _part(rows, start, start + chunk_rows)
            waiting = [_part(rows, count - count % chunk_rows, count)]
            count %= chunk_rows
    if count:
        yield _joined(waiting)


def _joined(parts: list[FeaturesAndLabels]) -> FeaturesAndLabels:
    features = np.concatenate([features for features, _ in parts])
    labels = [labels for _, labels in parts if labels is not None]
    return features, np.concatenate(labels) if labels else None


def _part(rows: FeaturesAndLabels, start: int, stop: int) -> FeaturesAndLabels:
    features, labels = rows
    return features[start:stop], None if labels is None else labels[start:stop]


def _parts(
    path: PathOrFile,
    label: Column | None,
    label_dtype: LabelType,
    drop: Column | Sequence[Column],
    dtype: DTypeLike,
    delimiter: str,
    header: Header,
) -> Iterator[FeaturesAndLabels]:
    """Check the options, then return the rows of each block of lines; the first may be empty."""
    wanted = np.dtype(dtype)
    if wanted.kind not in "iuf" or wanted.itemsize > 8:
        raise TypeError(f"dtype must be integer or floating, of at most 64 bits, got {wanted}")
    if np.dtype(label_dtype) not in (np.int64, np.str_):
        raise TypeError(f"label_dtype must be int or str, got {label_dtype!r}")
    text_labels = np.dtype(label_dtype) == np.str_
    if not isinstance(header, bool) and header != "infer":
        raise ValueError(f"header must be True, False or 'infer', got {header!r}")
    check_delimiter(delimiter)
    if label is not None:
        label = _column(label, "label must be a column's name or position")
    dropped = [drop] if isinstance(drop, str) or not isinstance(drop, Iterable) else drop
    dropped = [_column(each, "drop must hold names or positions of columns") for each in dropped]

    def parts() -> Iterator[FeaturesAndLabels]:
        with opened(path, error=CsvError) as stream:
            blocks = blocks_of_lines(stream, delimiter)
            rows = next(blocks)
            line, _, rest = rows.partition(b"\n")
            where = f"{stream.name}: line 1"
            layout = layout_of(
                line, label, dropped, header, delimiter, where, text_labels=text_labels
            )
            parser = BlockParser(layout, wanted, delimiter, stream.name, text_labels=text_labels)
            yield parser.parse(rest if layout.has_header else rows)
            yield from map(parser.parse, blocks)

    return parts()


def _column(column: Column, rule: str) -> Column:
    if isinstance(column, bool) or not isinstance(column, str | SupportsIndex):
        raise TypeError(f"{rule}, got {column!r}")
    return column if isinstance(column, str) else operator.index(column)
