"""Areas under the ROC and precision-recall curves: how well scores rank samples.

With K classes a score matrix has one column per class. ``"ovr"`` (one versus rest) compares each
class with all others, ``"ovo"`` (one versus one) each pair of classes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import one_of, probability_array, scored_samples
from np_metrics._labels import columns_of, is_positive, present_labels
from np_metrics.curves import counts_above

Area = Callable[[NDArray[np.bool_], NDArray[Any], NDArray[Any] | None], float]


def roc_auc(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    sample_weight: ArrayLike | None = None,
    multi_class: str = "raise",
    labels: ArrayLike | None = None,
) -> Any:
    """Return the probability that a positive sample scores above a negative one; ties count half.

    roc_auc = ∫ tpr d(fpr) = P(s⁺ > s⁻) + P(s⁺ = s⁻) / 2

    Parameters
    ----------
    y_true, y_score, labels, sample_weight
        See ``help(np_metrics)``, also for the errors. With more than two labels, the rows of
        ``y_score`` must sum to 1. "ovo" takes no weights.
    average : {"macro", "weighted", "micro", None}
        Mean over the classes, or over the pairs of classes: plain, or weighted by prevalence.
        "ovr" also takes ``"micro"``, one area of all columns together, and None, one area per
        class.
    multi_class : {"raise", "ovr", "ovo"}
        More than two labels need ``"ovr"`` or ``"ovo"``.

    Returns
    -------
    float in [0, 1], or float64 ndarray of shape (K,) for ``average=None``
        The area of a class that never or always occurs is NaN. A macro average is then NaN too; a
        weighted average leaves out classes that do not occur.

    References
    ----------
    J. A. Hanley, B. J. McNeil, Radiology 143, 1982; D. J. Hand, R. J. Till, Machine Learning 45,
    2001 (ovo).

    Examples
    --------
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    one_of("average", average, ("macro", "weighted", "micro", None))
    one_of("multi_class", multi_class, ("raise", "ovr", "ovo"))
    true, scores, weights = scored_samples(y_true, y_score, sample_weight)
    present = present_labels(true)
    if _one_column(scores, len(present)):
        return _roc_area(true == present[-1], scores.reshape(-1), weights)
    if multi_class == "raise":
        raise ValueError(
            "multi_class must be 'ovr' or 'ovo' for more than two classes, got 'raise'"
        )
    probability_array("y_score", scores)
    columns = columns_of("y_score", true, scores.shape[1], labels)
    if multi_class == "ovr":
        return _one_versus_rest(_roc_area, columns, scores, weights, average)
    if weights is not None:
        raise ValueError("sample_weight must be None for multi_class='ovo', got weights")
    if average not in ("macro", "weighted"):
        raise ValueError(
            f"average must be 'macro' or 'weighted' for multi_class='ovo', got {average!r}"
        )
    return _one_versus_one(columns, scores, average)


def average_precision(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    pos_label: int | str = 1,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Return the mean precision over the thresholds, weighted by the recall that each adds.

    average_precision = Σ_t (recall_t - recall_{t-1}) · precision_t

    This is the area under a step function. Straight lines between points would be too optimistic.

    Parameters
    ----------
    y_true, y_score, labels, sample_weight
        See ``help(np_metrics)``, also for the errors. With K columns, each class is compared with
        the rest.
    average : {"macro", "weighted", "micro", None}
        Mean over the K classes, as in ``roc_auc``.
    pos_label : int or str
        The positive one of two labels.

    Returns
    -------
    float in [0, 1], or float64 ndarray of shape (K,) for ``average=None``
        0 without a positive sample.

    References
    ----------
    P. Flach, M. Kull, Precision-Recall-Gain curves, NIPS 2015.

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 6)
    0.833333
    """
    one_of("average", average, ("macro", "weighted", "micro", None))
    true, scores, weights = scored_samples(y_true, y_score, sample_weight)
    present = present_labels(true).tolist()
    if _one_column(scores, len(present)):
        if len(present) == 2 and pos_label not in present:
            raise ValueError(f"pos_label must be one of {present}, got {pos_label!r}")
        return _precision_area(is_positive(true, pos_label), scores.reshape(-1), weights)
    if pos_label != 1:
        raise ValueError(f"pos_label must be left at 1 for a score matrix, got {pos_label!r}")
    columns = columns_of("y_score", true, scores.shape[1], labels)
    return _one_versus_rest(_precision_area, columns, scores, weights, average)


def _roc_area(
    positive: NDArray[np.bool_],
    scores: NDArray[Any],
    weights: NDArray[Any] | None,
) -> float:
    fps, tps, _ = counts_above(positive, scores, weights)
    if fps[-1] == 0 or tps[-1] == 0:
        return float("nan")
    fps, tps = np.concatenate([[0.0], fps]), np.concatenate([[0.0], tps])
    area = float(np.sum(np.diff(fps) * (tps[1:] + tps[:-1]))) / 2
    return area / float(fps[-1] * tps[-1])


def _one_versus_one(codes: NDArray[np.intp], scores: NDArray[Any], average: str | None) -> float:
    areas, prevalence = [], []
    for a, b in combinations(np.unique(codes).tolist(), 2):
        pair = (codes == a) | (codes == b)
        is_a = codes[pair] == a
        areas.append(
            (_roc_area(is_a, scores[pair, a], None) + _roc_area(~is_a, scores[pair, b], None)) / 2
        )
        prevalence.append(np.count_nonzero(pair))
    if not areas:
        return float("nan")
    return float(np.average(areas, weights=prevalence if average == "weighted" else None))


def _precision_area(
    positive: NDArray[np.bool_], scores: NDArray[Any], weights: NDArray[Any] | None
) -> float:
    fps, tps, _ = counts_above(positive, scores, weights)
    if tps[-1] == 0:
        return 0.0
    return float(np.sum(np.diff(tps, prepend=0.0) * (tps / (tps + fps)))) / float(tps[-1])


def _one_versus_rest(
    area: Area,
    codes: NDArray[np.intp],
    scores: NDArray[Any],
    weights: NDArray[Any] | None,
    average: str | None,
) -> float | NDArray[np.float64]:
    """Return ``area`` of every class against the rest, or the average over classes."""
    K = scores.shape[1]
    if average == "micro":
        one_hot = codes[:, None] == np.arange(K)
        return area(
            one_hot.ravel(), scores.ravel(), None if weights is None else np.repeat(weights, K)
        )
    areas = np.array([area(codes == c, scores[:, c], weights) for c in range(K)])
    if average is None:
        return areas
    if average == "macro":
        return float(areas.mean())
    prevalence = np.bincount(codes, weights, K)
    occurs = prevalence > 0
    return float(np.average(areas[occurs], weights=prevalence[occurs]))


def _one_column(scores: NDArray[Any], classes: int) -> bool:
    """Return whether the scores are one column, of the positive class."""
    if classes <= 2 and scores.shape[1:] == (2,):
        raise ValueError(
            f"y_score must have shape (N,) for two classes, got {scores.shape}; "
            "pass the column of the positive class, y_score[:, 1]"
        )
    if classes > 2 and scores.ndim == 1:
        raise ValueError(
            f"y_score must have one column per class, got shape {scores.shape} "
            f"for {classes} classes"
        )
    return classes <= 2 and scores.shape[1:] in ((), (1,))
