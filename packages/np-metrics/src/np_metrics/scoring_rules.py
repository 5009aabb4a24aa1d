"""Proper scoring rules: losses of probabilities that are least, on average, for honest ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_columns import class_columns
from np_metrics.curves import is_positive
from np_metrics.labels import encode
from np_metrics.validation import (
    label_array,
    probability_array,
    reduced,
    same_length,
    weight_array,
)


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


def brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: int | str | None = None,
    scale_by_half: bool | str = "auto",
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the squared distance of the probability rows from the one-hot true labels.

    brier_score = ½ Σ w_i Σ_c (y_ic - p_ic)² / Σ w_i,  with ½ for two classes only

    so that for two classes it is Σ w_i (y_i - p_i)² / Σ w_i in [0, 1], p_i being the probability of
    the positive class, while K classes without the ½ lie in [0, 2]. That is scikit-learn's meaning
    since version 1.7.

    Parameters
    ----------
    y_true : (N,) true labels.
    y_prob : (N, K) rows that sum to 1, column j for the j-th label in ascending order; or (N,)
        probabilities of the positive one of two labels.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.
        Not used with ``y_prob`` of shape (N,).
    pos_label : the positive label for ``y_prob`` of shape (N,); by default 1 if the labels are
        among {0, 1} or {-1, 1}, else the greater number; needed for strings.
    scale_by_half : True or False to halve or not; ``"auto"`` halves for two classes.
    sample_weight : (N,) weights w, not negative.
    reduction : ``"mean"`` or ``"sum"``, the sum of w_i times the distance.

    Raises
    ------
    ValueError
        As `log_loss` does.
    TypeError
        For labels that are neither numbers nor strings.

    References
    ----------
    G. W. Brier, Verification of forecasts expressed in terms of probability, 1950.

    Examples
    --------
    >>> round(brier_score([0, 1, 1], [0.1, 0.9, 0.6]), 3)
    0.06
    >>> round(brier_score([0, 1, 2], [[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]]), 3)
    0.5
    """
    if scale_by_half not in (True, False, "auto"):
        raise ValueError(f"scale_by_half must be True, False or 'auto'; got {scale_by_half!r}")
    prob = probability_array("y_prob", y_prob)
    if prob.ndim == 1 or prob.shape[1] == 1:
        true = label_array("y_true", y_true)
        same_length(y_true=true, y_prob=prob)
        codes = _positive(true, pos_label).astype(np.intp)
        prob = np.stack([1 - prob.reshape(-1), prob.reshape(-1)], axis=1)
    else:
        codes, prob = class_columns("y_prob", y_true, prob, labels)
    weights = weight_array(sample_weight, len(codes))
    away = prob.astype(np.float64)
    away[np.arange(len(codes)), codes] -= 1
    half = prob.shape[1] < 3 if scale_by_half == "auto" else scale_by_half
    return reduced(np.sum(away**2, axis=1), weights, reduction) * (0.5 if half else 1.0)


def _positive(true: NDArray[Any], pos_label: int | str | None) -> NDArray[np.bool_]:
    codes = encode(true, true)
    present = codes.classes[codes.occurring()].tolist()
    if len(present) > 2:
        raise ValueError(
            f"y_prob must have one column per class; got shape (N,) for {len(present)} classes"
        )
    if pos_label is None and not isinstance(present[0], str):
        pos_label = 1 if set(present) <= {0, 1} or set(present) <= {-1, 1} else present[-1]
    return is_positive(true, pos_label)
