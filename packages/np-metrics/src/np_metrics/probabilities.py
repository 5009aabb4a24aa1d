"""Metrics of probabilities: log loss, Brier score, and calibration.

Log loss and Brier score are proper scoring rules: on average they are smallest for the true
probabilities. The confidence of a prediction is its largest probability. Calibration compares
confidence with accuracy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import (
    integer,
    label_array,
    probability_array,
    reduced,
    same_length,
    weight_array,
)
from np_metrics._labels import columns_of, is_positive, present_labels


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

    Parameters and errors are explained in ``help(np_metrics)``.

    Notes
    -----
    Probabilities are clipped to [ε, 1 - ε], where ε is the machine epsilon of the dtype of
    ``y_prob``. A wrong prediction with probability 1 costs -ln ε: 36.04 for float64, 15.94 for
    float32.

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
    true, prob = _labels_and_rows(y_true, y_prob)
    column = columns_of("y_prob", true, prob.shape[1], labels)
    weights = weight_array(sample_weight, len(column))
    eps = float(np.finfo(prob.dtype).eps)
    p = np.clip(prob[np.arange(len(column)), column], eps, 1 - eps)
    return reduced(-np.log(p.astype(np.float64)), weights, reduction)


def brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: int | str | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the squared distance between probability rows and one-hot true labels.

    brier_score = ½ Σ w_i Σ_c (y_ic - p_ic)² / Σ w_i,  with the factor ½ for two classes only

    For two classes this is Σ w_i (y_i - p_i)² / Σ w_i in [0, 1], where p_i is the probability of
    the positive class. For more classes it lies in [0, 2]. scikit-learn has the same meaning since
    version 1.7.

    Parameters
    ----------
    y_true, y_prob, labels, sample_weight, reduction
        See ``help(np_metrics)``, also for the errors. If ``y_prob`` has shape (N,), it holds the
        probabilities of the positive label, and ``labels`` is not used.
    pos_label : int or str, optional
        Positive label for ``y_prob`` of shape (N,). By default 1 if the labels are among {0, 1} or
        {-1, 1}, else the larger number. String labels need ``pos_label``.

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
    true, prob = _labels_and_rows(y_true, y_prob)
    if np.shape(y_prob)[1:] in ((), (1,)):
        column = _is_positive_of_two(true, pos_label).astype(np.intp)
    else:
        column = columns_of("y_prob", true, prob.shape[1], labels)
    weights = weight_array(sample_weight, len(column))
    difference = prob.astype(np.float64)
    difference[np.arange(len(column)), column] -= 1
    factor = 0.5 if prob.shape[1] < 3 else 1.0
    return factor * reduced(np.sum(difference**2, axis=1), weights, reduction)


class CalibrationCurve(NamedTuple):
    """Mean confidence, accuracy and number of samples of each bin, each of shape (n_bins,)."""

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    counts: NDArray[np.float64]


def calibration_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> CalibrationCurve:
    """Return mean confidence, accuracy and number of samples of each bin of confidence.

    Bin b of M holds the samples with b/M < confidence ≤ (b + 1)/M.

    A reliability diagram draws these three arrays. The calibration error of the same bins is
    ``expected_calibration_error``.

    Parameters
    ----------
    y_true, y_prob, labels, sample_weight
        See ``help(np_metrics)``, also for the errors. For probabilities p of shape (N,) the
        confidence is max(p, 1 - p).
    n_bins : int
        Number of bins M, at least 1. The edges of the bins are ``np.arange(M + 1) / M``.

    Returns
    -------
    CalibrationCurve
        Named tuple of float64 arrays of shape (n_bins,): ``confidence`` and ``accuracy``, which
        are NaN for an empty bin, and ``counts``, the number (the weight) of samples.

    References
    ----------
    A. Niculescu-Mizil, R. Caruana, Predicting good probabilities with supervised learning, 2005.

    Examples
    --------
    >>> prob = [[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.3, 0.7]]
    >>> confidence, accuracy, counts = calibration_curve([0, 1, 1, 1], prob, n_bins=5)
    >>> confidence, accuracy
    (array([ nan,  nan, 0.6 , 0.75, 0.9 ]), array([nan, nan, 1. , 0.5, 1. ]))
    >>> counts
    array([0., 0., 1., 2., 1.])
    """
    n_bins = integer("n_bins", n_bins, minimum=1)
    true, prob = _labels_and_rows(y_true, y_prob)
    column = columns_of("y_prob", true, prob.shape[1], labels)
    weights = weight_array(sample_weight, len(column))
    confidence = prob.max(axis=1).astype(np.float64)
    correct = prob.argmax(axis=1) == column
    inner_edges = np.arange(1, n_bins) / n_bins
    bins = np.searchsorted(inner_edges, confidence, side="left")
    w = np.ones(len(column)) if weights is None else weights
    counts = np.bincount(bins, w, n_bins).astype(np.float64)
    divisor = np.where(counts > 0, counts, np.nan)
    return CalibrationCurve(
        np.bincount(bins, w * confidence, n_bins) / divisor,
        np.bincount(bins, w * correct, n_bins) / divisor,
        counts,
    )


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the mean difference between confidence and accuracy over bins of confidence.

    expected_calibration_error = Σ_b counts_b |accuracy_b - confidence_b| / Σ_b counts_b

    The parameters are those of ``calibration_curve``, which gives the bins. The error lies in
    [0, 1].

    References
    ----------
    M. P. Naeini et al., Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015;
    C. Guo et al., On calibration of modern neural networks, ICML 2017.

    Examples
    --------
    >>> prob = [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]]
    >>> round(expected_calibration_error([0, 1, 1], prob, n_bins=2), 6)
    0.066667
    """
    curve = calibration_curve(
        y_true, y_prob, n_bins=n_bins, labels=labels, sample_weight=sample_weight
    )
    full = curve.counts > 0
    difference = np.abs(curve.accuracy[full] - curve.confidence[full])
    return float(curve.counts[full] @ difference / curve.counts[full].sum())


def _labels_and_rows(y_true: ArrayLike, y_prob: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the true labels, (N,), and the probabilities as rows, (N, K) with K ≥ 2."""
    prob = probability_array("y_prob", y_prob)
    true = label_array("y_true", y_true)
    same_length(y_true=true, y_prob=prob)
    if prob.ndim == 1 or prob.shape[1] == 1:
        flat = prob.reshape(-1)
        prob = np.stack([1 - flat, flat], axis=1)
    return true, prob


def _is_positive_of_two(true: NDArray[Any], pos_label: int | str | None) -> NDArray[np.bool_]:
    present = present_labels(true).tolist()
    if len(present) > 2:
        raise ValueError(
            f"y_prob must have one column per class, got shape (N,) for {len(present)} classes"
        )
    if pos_label is None and not isinstance(present[0], str):
        pos_label = 1 if set(present) <= {0, 1} or set(present) <= {-1, 1} else present[-1]
    return is_positive(true, pos_label)
