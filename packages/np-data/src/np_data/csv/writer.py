"""Write images and labels as CSV, in the layout that Kaggle's copies of MNIST have.

The text of each number is looked up in a table of strings of equal width. The padding is then
deleted from all strings at once. Equal arrays give equal bytes, compressed or not.
"""

import functools
import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_choice
from np_data._streams import written
from np_data.csv.layout import check_delimiter

_CELLS = 1 << 18  # turned into text at once


def write_csv(
    path: str | os.PathLike[str],
    features: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    header: bool = True,
    delimiter: str = ",",
    compress: bool | None = None,
) -> None:
    """Write features and labels as a CSV file, atomically.

    Parameters
    ----------
    path : path
        The file to create or replace.
    features : array_like
        Integers or finite floats of shape ``(N, ...)``. Each row becomes one line.
    labels : array_like of int, optional
        Labels of shape ``(N,)``. They become the first column.
    header : bool
        Whether to begin with a line of names, ``label,pixel0,pixel1,…``.
    delimiter : str
        The character between cells, which must not be part of one.
    compress : bool, optional
        Whether to compress by gzip; by default if ``path`` ends in ``.gz``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

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
    if ids is not None and ids.size and ids.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers, got {ids.dtype}; convert them with astype(int)")
    if ids is not None and ids.shape != rows.shape[:1]:
        raise ValueError(f"labels must have the shape {rows.shape[:1]}, got {ids.shape}")
    width = int(np.prod(rows.shape[1:], dtype=int))
    check_delimiter(delimiter)
    check_choice("header", header, (True, False))
    names = ["label"] * (ids is not None) + [f"pixel{i}" for i in range(width)]
    step = max(1, _CELLS // max(1, width))
    with written(path, compress=compress) as file:
        if header:
            file.write(delimiter.join(names).encode() + b"\n")
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
        texts = [str(value) for value in values.ravel()]
        return np.array(texts, dtype=np.bytes_).reshape(values.shape)
    minimum, texts_of_all = _texts_of_all(values.dtype)
    return texts_of_all[values.astype(np.intp) - minimum]


@functools.cache
def _texts_of_all(dtype: np.dtype[Any]) -> tuple[int, NDArray[np.bytes_]]:
    """Return the smallest value of an integer type and the texts of all its values in order."""
    info = np.iinfo(dtype)
    return info.min, np.array([str(value) for value in range(info.min, info.max + 1)], np.bytes_)
