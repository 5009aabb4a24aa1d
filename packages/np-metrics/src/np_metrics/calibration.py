"""Whether a classifier that is 80 % sure is right 80 % of the time.

The confidence of a prediction is its greatest probability. Confidences fall into bins of equal
width, open below and closed above, and each bin compares mean confidence with accuracy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_columns import class_columns
from np_metrics.validation import probability_array, weight_array, whole_number


def reliability_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Return mean confidence, accuracy and count of each bin of confidence that is not empty.

    Bin b of M holds the samples with b/M < confidence ≤ (b+1)/M.

    Parameters
    ----------
    y_true : (N,) true labels.
    y_prob : (N, K) rows that sum to 1, column j for the j-th label in ascending order; or (N,)
        probabilities of the greater of two labels, whose confidence is max(p, 1-p).
    n_bins : M, at least 1.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.
    sample_weight : (N,) weights, not negative.

    Returns
    -------
    dict of float64 arrays (B,), B ≤ M: ``"confidence"``, the mean confidence of the bin,
    ``"accuracy"``, the share of right predictions, and ``"count"``, the number (the weight) of
    samples. It is what a reliability diagram draws.

    Raises
    ------
    ValueError
        For lengths that differ, probabilities outside [0, 1], rows that do not sum to 1, columns
        that are not one per label, ``n_bins`` below 1.
    TypeError
        For an ``n_bins`` that is no integer or labels of a wrong kind.

    References
    ----------
    A. Niculescu-Mizil, R. Caruana, Predicting good probabilities with supervised learning, 2005.

    Examples
    --------
    >>> prob = [[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.3, 0.7]]
    >>> curve = reliability_curve([0, 1, 1, 1], prob, n_bins=5)
    >>> curve["confidence"], curve["accuracy"], curve["count"]
    (array([0.6 , 0.75, 0.9 ]), array([1. , 0.5, 1. ]), array([1., 2., 1.]))
    """
    n_bins = whole_number("n_bins", n_bins, least=1)
    codes, prob = class_columns("y_prob", y_true, probability_array("y_prob", y_prob), labels)
    weights = weight_array(sample_weight, len(codes))
    confidence = prob.max(axis=1).astype(np.float64)
    right = prob.argmax(axis=1) == codes
    edges = np.arange(1, n_bins) / n_bins
    bins = np.searchsorted(edges, confidence, side="left")
    w = np.ones(len(codes)) if weights is None else weights
    count = np.bincount(bins, w, n_bins)
    full = count > 0
    return {
        "confidence": np.bincount(bins, w * confidence, n_bins)[full] / count[full],
        "accuracy": np.bincount(bins, w * right, n_bins)[full] / count[full],
        "count": count[full].astype(np.float64),
    }


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the mean gap between confidence and accuracy over bins of confidence.

    expected_calibration_error = Σ_b count_b |accuracy_b - confidence_b| / Σ_b count_b

    Parameters
    ----------
    y_true, y_prob, n_bins, labels, sample_weight : as in `reliability_curve`, of which this is a
        mean.

    Returns
    -------
    float in [0, 1]; 0 if every bin is as often right as it is sure.

    Raises
    ------
    ValueError, TypeError
        As `reliability_curve` does.

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
    curve = reliability_curve(
        y_true, y_prob, n_bins=n_bins, labels=labels, sample_weight=sample_weight
    )
    gap = np.abs(curve["accuracy"] - curve["confidence"])
    return float(curve["count"] @ gap / curve["count"].sum())
