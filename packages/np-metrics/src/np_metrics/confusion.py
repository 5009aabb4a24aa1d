"""The confusion matrix: how often each class was predicted as each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.counts import chosen_table
from np_metrics.labels import encode
from np_metrics.validation import one_of, weight_array


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    normalize: str | None = None,
) -> NDArray[Any]:
    """Return C with C[i, j] = number of samples of class i that were predicted as class j.

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    labels : classes of rows and columns, in this order; samples with another label are left out.
        By default the sorted labels that occur in ``y_true`` or ``y_pred``; pass ``range(K)`` for
        an index that is the class id.
    sample_weight : (N,) weights, not negative; C[i, j] is then a sum of weights.
    normalize : ``"true"`` divides each row by its sum, ``"pred"`` each column, ``"all"`` everything
        by the grand total; 0/0 is 0.

    Returns
    -------
    (K, K) array, int64 counts; float64 if weights are floating or sum to 2⁵³ or more, or if
    ``normalize`` is given.

    Raises
    ------
    ValueError
        For lengths that differ, NaN labels, an unknown ``normalize``, and if none of ``labels``
        occurs in ``y_true``.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

    References
    ----------
    K. Pearson, On the theory of contingency, Drapers' Company Research Memoirs, 1904.

    Examples
    --------
    >>> confusion_matrix([2, 0, 2, 0], [2, 0, 0, 0], labels=range(3))
    array([[2, 0, 0],
           [0, 0, 0],
           [1, 0, 1]])
    """
    one_of("normalize", normalize, ("true", "pred", "all", None))
    codes = encode(y_true, y_pred, labels)
    weights = weight_array(sample_weight, len(codes.y_true))
    chosen, matrix = chosen_table(codes, weights)
    if not matrix.any() and not np.isin(chosen, codes.y_true).any():
        raise ValueError(
            f"labels must hold a label of y_true; got {codes.classes[chosen].tolist()}, "
            "of which none occurs there"
        )
    if normalize is None:
        return matrix
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    total = matrix.sum(axis=axis, keepdims=True)
    shares = np.zeros(matrix.shape)
    np.divide(matrix, total, out=shares, where=total > 0)
    return shares
