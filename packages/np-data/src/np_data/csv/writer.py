"""Write images and labels as CSV, in the layout that Kaggle's copies of MNIST have.

The text of each number is looked up in a table of strings of equal width. The padding is then
deleted from all strings at once. Equal arrays give equal bytes, compressed or not.
"""

import functools
import os
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._streams import written
from np_data.csv.layout import check_delimiter

_CELLS = 1 << 18  # turned into text at once


def write_csv(
    path: str | os.PathLike[str],
    features: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    header: bool | Sequence[str] = True,
    delimiter: str = ",",
    compress: bool | None = None,
) -> None:
    """Write features and labels as a CSV file, atomically.

    Parameters
    ----------
    path : path
        The file to create or replace. Its folder must exist.
    features : array_like
        Numbers of shape ``(N, ...)``. Each row becomes one line.
    labels : array_like of int, optional
        Labels of shape ``(N,)``. They become the first column.
    header : bool or sequence of str
        Whether to begin with a line of names, ``label,pixel0,pixel1,…``; or the names.
    delimiter : str
        The character between cells.
    compress : bool, optional
        Whether to compress by gzip; by default if ``path`` ends in ``.gz``.

    Raises
    ------
    TypeError
        If features are neither integers nor floats, or labels are not integers.
    ValueError
        If a number is not finite, lengths do not agree, or the delimiter could be part of a number
        or of a name.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = tempfile.mkdtemp() + "/digits.csv"
    >>> write_csv(path, np.array([[0, 255], [12, 0]], dtype=np.uint8), [7, 1])
    >>> with open(path) as file:
    ...     print(file.read())
    label,pixel0,pixel1
    7,0,255
    1,12,0
    <BLANKLINE>
    """
    rows = np.asarray(features)
    if rows.ndim == 0 or rows.dtype.kind not in "iuf":
        raise TypeError(
            f"features must be integers or floats of shape (N, ...), got {rows.dtype} of shape "
            f"{rows.shape}"
        )
    ids = None if labels is None else np.asarray(labels)
    if ids is not None:
        if ids.size and ids.dtype.kind not in "iu":
            raise TypeError(
                f"labels must be integers, got {ids.dtype}; convert them with astype(int)"
            )
        if ids.shape != rows.shape[:1]:
            raise ValueError(f"labels must have the shape {rows.shape[:1]}, got {ids.shape}")
    width = int(np.prod(rows.shape[1:], dtype=int))
    if width + (ids is not None) == 0:
        raise ValueError(f"a line needs at least one cell, got features of shape {rows.shape}")
    check_delimiter(delimiter)
    names = _names(header, width, labelled=ids is not None)
    for name in names:
        if not {delimiter, '"', "\r", "\n"}.isdisjoint(name):
            raise ValueError(
                f"a name in the header must not contain {delimiter!r}, quotes or line breaks, "
                f"got {name!r}"
            )
    with written(path, compress=compress) as file:
        _write(file, names, rows, ids, delimiter)


def _names(header: bool | Sequence[str], width: int, *, labelled: bool) -> list[str]:
    if header is False:
        return []
    if header is True:
        return ["label"] * labelled + [f"pixel{i}" for i in range(width)]
    names: list[str] = list(header) if isinstance(header, Iterable) else [header]
    if isinstance(header, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"header must be True, False or a sequence of names, got {header!r}")
    if len(names) != width + labelled:
        raise ValueError(f"header must hold {width + labelled} names, got {len(names)}")
    return names


def _write(
    file: BinaryIO,
    names: list[str],
    rows: NDArray[Any],
    ids: NDArray[Any] | None,
    delimiter: str,
) -> None:
    if names:
        file.write(delimiter.join(names).encode() + b"\n")
    step = max(1, _CELLS // max(1, rows[:1].size))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        cells = _texts(part.reshape(len(part), -1))
        if ids is not None:
            cells = np.hstack([_texts(ids[start : start + step, None]), cells])
        # A column of separators of one byte each follows every column of cells.
        lines = np.zeros(cells.shape, dtype=[("cell", cells.dtype), ("end", "S1")])
        lines["cell"], lines["end"] = cells, delimiter.encode()
        lines["end"][:, -1] = b"\n"
        file.write(lines.tobytes().translate(None, b"\0"))


def _texts(values: NDArray[Any]) -> NDArray[np.bytes_]:
    """Return the shortest text of each number, padded with zero bytes."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError("features must be finite, got NaN or infinity; find them with np.isfinite")
    if values.dtype.kind == "f" or values.dtype.itemsize > 2:
        texts = [str(value) for value in values.ravel().astype(values.dtype.newbyteorder("="))]
        return np.array(texts, dtype=np.bytes_).reshape(values.shape)
    minimum, texts_of_all = _texts_of_all(values.dtype.newbyteorder("="))
    return texts_of_all[values.astype(np.intp) - minimum]


@functools.cache
def _texts_of_all(dtype: np.dtype[Any]) -> tuple[int, NDArray[np.bytes_]]:
    """Return the smallest value of an integer type and the texts of all its values in order."""
    info = np.iinfo(dtype)
    return info.min, np.array([str(value) for value in range(info.min, info.max + 1)], np.bytes_)
