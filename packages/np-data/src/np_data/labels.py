"""Integer labels as rows of zeros and a one, which losses compare with probabilities."""

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


def one_hot(labels: ArrayLike, num_classes: int, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return rows that are one in the column of their label and zero elsewhere.

    `out[n, k] = 1 if labels[n] == k else 0`

    Parameters
    ----------
    labels : array_like of int
        Class ids, shape `(N,)`, each from 0 to `num_classes - 1`.
    num_classes : int
        Number of columns, K.
    dtype : dtype
        Type of the result.

    Returns
    -------
    ndarray
        Shape `(N, K)`.

    Raises
    ------
    TypeError
        If labels are no integers.
    ValueError
        If a label is out of range or `labels` is not one-dimensional.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    ids, num_classes = np.asarray(labels), operator.index(num_classes)
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    if ids.ndim != 1:
        raise ValueError(f"labels must have the shape (N,), got {ids.shape}")
    if ids.size and ids.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers, got {ids.dtype}; convert them with astype(int)")
    wrong = np.flatnonzero((ids < 0) | (ids >= num_classes))
    if wrong.size:
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1}, got {ids[wrong[0]]} in row {wrong[0]}"
        )
    rows = np.zeros((ids.size, num_classes), dtype)
    rows[np.arange(ids.size), ids.astype(np.intp)] = 1
    return rows
