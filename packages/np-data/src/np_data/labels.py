"""Convert integer labels to one-hot rows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from np_data._checks import check_integer


def one_hot(
    labels: ArrayLike, num_classes: int | None = None, dtype: DTypeLike = np.float32
) -> NDArray[Any]:
    """Return one row for each label: ``out[n, k] = 1 if labels[n] == k else 0``.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Class ids from 0 to ``num_classes - 1``; else ValueError.
    num_classes : int, optional
        Number of columns, K; by default the largest label plus one.
    dtype : dtype
        Type of the result.

    Returns
    -------
    ndarray of shape (N, K)

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    ids = np.asarray(labels)
    if ids.ndim != 1:
        raise ValueError(f"labels must have the shape (N,), got {ids.shape}")
    if ids.size and ids.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers, got {ids.dtype}; convert them with astype(int)")
    if num_classes is None:
        num_classes = max(int(ids.max()), 0) + 1
    num_classes = check_integer("num_classes", num_classes, 1)
    wrong = np.flatnonzero((ids < 0) | (ids >= num_classes))
    if wrong.size:
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1}, got {ids[wrong[0]]} in row {wrong[0]}; "
            "subtract 1 from labels that begin at 1"
        )
    rows = np.zeros((ids.size, num_classes), dtype)
    rows[np.arange(ids.size), ids.astype(np.intp)] = 1
    return rows
