"""Proper scoring rules: losses of probabilities that are least, on average, for honest ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics.class_columns import class_columns
from np_metrics.validation import probability_array, reduced, weight_array


def log_loss(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the negative log-likelihood of the true labels, in nats.

    log_loss = -Σ w_i ln p_i / Σ w_i,  p_i = y_prob[i, y_true_i]

    Parameters
    ----------
    y_true : (N,) true labels.
    y_prob : (N, K) rows that sum to 1, column j for the j-th label in ascending order; or (N,)
        probabilities of the greater of two labels.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.
    sample_weight : (N,) weights w, not negative.
    reduction : ``"mean"`` or ``"sum"``, the sum of w_i times the loss.

    Raises
    ------
    ValueError
        For lengths that differ, probabilities outside [0, 1], rows that do not sum to 1, a number
        of columns that is not the number of labels, labels that are not ascending.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

    Notes
    -----
    Probabilities are clipped to [ε, 1-ε], ε being the machine epsilon of the dtype of ``y_prob``,
    so that a certain but wrong answer costs -ln ε, 36.04 for float64 and 15.94 for float32.

    References
    ----------
    I. J. Good, Rational Decisions, Journal of the Royal Statistical Society B 14, 1952.

    Examples
    --------
    >>> round(log_loss([0, 1], [[0.5, 0.5], [0.25, 0.75]]), 6)
    0.490415
    >>> round(log_loss([2, 0], [[0.1, 0.1, 0.8], [0.6, 0.3, 0.1]], labels=range(3)), 6)
    0.366985
    """
    prob = probability_array("y_prob", y_prob)
    codes, prob = class_columns("y_prob", y_true, prob, labels)
    weights = weight_array(sample_weight, len(codes))
    eps = float(np.finfo(prob.dtype).eps)
    chosen = np.clip(prob[np.arange(len(codes)), codes], eps, 1 - eps)
    return reduced(-np.log(chosen.astype(np.float64)), weights, reduction)
