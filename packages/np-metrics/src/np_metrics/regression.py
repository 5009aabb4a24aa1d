"""Mean squared error of numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics._checks import number_array, reduced, weight_array


def mean_squared_error(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean squared difference of true and predicted numbers.

    mean_squared_error = Σ w_i mean_d (y_true_id - y_pred_id)² / Σ w_i

    Parameters
    ----------
    y_true, y_pred : array_like of shape (N,) or (N, D)
        True and predicted numbers. The D outputs count equally.
    sample_weight
        See ``help(np_metrics)``.

    Raises
    ------
    ValueError
        The shapes differ (nothing is broadcast), or a number is NaN or infinite.

    References
    ----------
    C. F. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae, 1823.

    Examples
    --------
    >>> mean_squared_error([1.0, 2.0, 3.0], [1.0, 2.0, 6.0])
    3.0
    """
    true = number_array("y_true", y_true, ndim=(1, 2)).astype(np.float64, copy=False)
    pred = number_array("y_pred", y_pred, ndim=(1, 2)).astype(np.float64, copy=False)
    if true.shape != pred.shape:
        raise ValueError(
            f"y_true and y_pred must have one shape, got {true.shape} and {pred.shape}"
        )
    weights = weight_array(sample_weight, len(true))
    squares = ((true - pred) ** 2).reshape(len(true), -1)
    return reduced(squares.mean(axis=1), weights, "mean")
