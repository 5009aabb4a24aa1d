"""Convert integer labels to one-hot rows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from np_data._checks import check_integer


def one_hot(
    labels: ArrayLike, num_classes: int | None = None, dtype: DTypeLike = np.float32
) -> NDArray[Any]:
    """Return rows that are one in the column of their label and zero elsewhere.

    ``out[n, k] = 1 if labels[n] == k else 0``

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Class ids from 0 to ``num_classes - 1``.
    num_classes : int, optional
        Number of columns, K. By default the largest label plus one. Give it where a part of the
        data may lack the last class.
    dtype : dtype
        Type of the result.

    Returns
    -------
    ndarray of shape (N, K)

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If a label is out of range, ``labels`` is not one-dimensional, or there are no labels to
        infer ``num_classes`` from.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    >>> one_hot([1, 3]).shape
    (2, 4)
    """
    ids = np.asarray(labels)
    if ids.ndim != 1:
        raise ValueError(f"labels must have the shape (N,), got {ids.shape}")
    if ids.size and ids.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers, got {ids.dtype}; convert them with astype(int)")
    if num_classes is None:
        if not ids.size:
            raise ValueError("num_classes must be given where there are no labels, got None")
        num_classes = max(int(ids.max()), 0) + 1
    num_classes = check_integer("num_classes", num_classes, 1)
    wrong = np.flatnonzero((ids < 0) | (ids >= num_classes))
    if wrong.size:
        from_one = ids.min() == 1 and ids.max() == num_classes
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1}, got {ids[wrong[0]]} in row {wrong[0]}"
            + ("; subtract 1 from labels that begin at 1" if from_one else "")
        )
    rows = np.zeros((ids.size, num_classes), dtype)
    rows[np.arange(ids.size), ids.astype(np.intp)] = 1
    return rows
