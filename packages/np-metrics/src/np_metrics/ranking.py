"""Areas under the ROC and precision-recall curves: how well scores rank samples.

With K classes a score matrix has one column per class. ``"ovr"`` (one versus rest) compares each
class with all others, ``"ovo"`` (one versus one) each pair of classes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import (
    label_array,
    one_of,
    probability_array,
    real_number,
    same_length,
    score_array,
    weight_array,
)
from np_metrics._counts import power_of_two
from np_metrics._labels import encode, encode_columns, is_positive, present_labels
from np_metrics.curves import counts_above

Area = Callable[[NDArray[np.bool_], NDArray[Any], NDArray[Any] | None], float]


class RocAucOptions(TypedDict, total=False):
    """Options of ``roc_auc`` besides ``average``."""

    sample_weight: ArrayLike | None
    max_fpr: float | None
    multi_class: str
    labels: ArrayLike | None


class AveragePrecisionOptions(TypedDict, total=False):
    """Options of ``average_precision`` besides ``average``."""

    pos_label: int | str
    labels: ArrayLike | None
    sample_weight: ArrayLike | None


@overload
def roc_auc(
    y_true: ArrayLike, y_score: ArrayLike, *, average: str = ..., **options: Unpack[RocAucOptions]
) -> float: ...
@overload
def roc_auc(
    y_true: ArrayLike, y_score: ArrayLike, *, average: None, **options: Unpack[RocAucOptions]
) -> float | NDArray[np.float64]: ...
def roc_auc(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    sample_weight: ArrayLike | None = None,
    max_fpr: float | None = None,
    multi_class: str = "raise",
    labels: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the probability that a positive sample scores above a negative one; ties count half.

    roc_auc = ∫ tpr d(fpr) = P(s⁺ > s⁻) + P(s⁺ = s⁻) / 2

    Parameters
    ----------
    y_true : array_like of shape (N,)
        Labels. The larger of two labels is positive.
    y_score : array_like of shape (N,) or (N, K)
        Scores of any scale for two labels. For K labels, rows of probabilities; column j belongs
        to the j-th label in ascending order.
    average : {"macro", "weighted", "micro", None}
        Mean over the classes, or over the pairs of classes: plain, or weighted by prevalence. For
        "ovr" also ``"micro"``, one area of all columns together, and None, one area per class.
    sample_weight : array_like of shape (N,), optional
        Weights, not negative. Not for "ovo".
    max_fpr : float, optional
        In (0, 1]: use only the area up to this false positive rate, rescaled so that a random
        ranking has 0.5 (McClish 1989). For two labels only.
    multi_class : {"raise", "ovr", "ovo"}
        More than two labels need ``"ovr"`` or ``"ovo"``.
    labels : array_like of shape (K,), optional
        All labels, ascending. By default those in ``y_true``, which must then all occur.

    Returns
    -------
    float in [0, 1], or float64 ndarray of shape (K,) for ``average=None``
        NaN for a class that never or always occurs. A macro average is then NaN too; a weighted
        average leaves the class out.

    Raises
    ------
    ValueError
        The lengths differ, a score is NaN, a row does not sum to 1, the columns are not one per
        label, or an option is unknown.
    TypeError
        Labels are neither numbers nor strings.

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
    if max_fpr is not None:
        max_fpr = real_number("max_fpr", max_fpr)
        if not 0 < max_fpr <= 1:
            raise ValueError(f"max_fpr must lie in (0, 1], got {max_fpr!r}")
    true = label_array("y_true", y_true)
    scores = score_array("y_score", y_score, ndim=(1, 2))
    same_length(y_true=true, y_score=scores)
    weights = weight_array(sample_weight, len(true))
    codes = encode(true, true)
    present = codes.occurring()
    if len(present) <= 2 and (scores.ndim == 1 or scores.shape[1] <= 2):
        return _roc_area(codes.y_true == present[-1], _one_column(scores), weights, max_fpr)
    if multi_class == "raise":
        raise ValueError(
            "multi_class must be 'ovr' or 'ovo' for more than two classes, got 'raise'"
        )
    if max_fpr not in (None, 1):
        raise ValueError(f"max_fpr must be None for more than two classes, got {max_fpr!r}")
    if scores.ndim == 1:
        raise ValueError(
            f"y_score must have one column per class, got shape {scores.shape} "
            f"for {len(present)} classes"
        )
    probability_array("y_score", scores)
    columns = encode_columns("y_score", true, scores.shape[1], labels)
    if multi_class == "ovr":
        return _one_versus_rest(_roc_area, columns, scores, weights, average)
    if weights is not None:
        raise ValueError("sample_weight must be None for multi_class='ovo', got weights")
    if average not in ("macro", "weighted"):
        raise ValueError(
            f"average must be 'macro' or 'weighted' for multi_class='ovo', got {average!r}"
        )
    return _one_versus_one(columns, scores, average)


@overload
def average_precision(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str = ...,
    **options: Unpack[AveragePrecisionOptions],
) -> float: ...
@overload
def average_precision(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: None,
    **options: Unpack[AveragePrecisionOptions],
) -> float | NDArray[np.float64]: ...
def average_precision(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    pos_label: int | str = 1,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the mean precision over the thresholds, weighted by the recall that each adds.

    average_precision = Σ_t (recall_t - recall_{t-1}) · precision_t

    This is the area under a step function. Straight lines between points would be too optimistic.

    Parameters
    ----------
    y_true : array_like of shape (N,)
        Labels.
    y_score : array_like of shape (N,) or (N, K)
        Scores of any scale for two labels. For K labels, column j belongs to the j-th label in
        ascending order; each class is compared with the rest.
    average : {"macro", "weighted", "micro", None}
        Mean over the K classes, as in ``roc_auc``.
    pos_label : int or str
        The positive one of two labels.
    labels : array_like of shape (K,), optional
        All labels, ascending. By default those in ``y_true``, which must then all occur.
    sample_weight : array_like of shape (N,), optional
        Weights, not negative.

    Returns
    -------
    float in [0, 1], or float64 ndarray of shape (K,) for ``average=None``
        0 without a positive sample.

    Raises
    ------
    ValueError
        The lengths differ, a score is NaN, the columns are not one per label, ``pos_label`` does
        not occur, or ``average`` is unknown.
    TypeError
        Labels are neither numbers nor strings.

    References
    ----------
    P. Flach, M. Kull, Precision-Recall-Gain curves, NIPS 2015.

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 6)
    0.833333
    """
    one_of("average", average, ("macro", "weighted", "micro", None))
    true = label_array("y_true", y_true)
    scores = score_array("y_score", y_score, ndim=(1, 2))
    same_length(y_true=true, y_score=scores)
    weights = weight_array(sample_weight, len(true))
    present = present_labels(true)
    if len(present) <= 2 and (scores.ndim == 1 or scores.shape[1] <= 2):
        if len(present) == 2 and pos_label not in present:
            raise ValueError(f"pos_label must be one of {present}, got {pos_label!r}")
        return _precision_area(is_positive(true, pos_label), _one_column(scores), weights)
    if scores.ndim == 1:
        raise ValueError(
            f"y_score must have one column per class, got shape {scores.shape} "
            f"for {len(present)} classes"
        )
    if pos_label != 1:
        raise ValueError(f"pos_label must be left at 1 for a score matrix, got {pos_label!r}")
    columns = encode_columns("y_score", true, scores.shape[1], labels)
    return _one_versus_rest(_precision_area, columns, scores, weights, average)


def _roc_area(
    positive: NDArray[np.bool_],
    scores: NDArray[Any],
    weights: NDArray[Any] | None,
    max_fpr: float | None = None,
) -> float:
    fps, tps, _ = counts_above(positive, scores, weights)
    if fps[-1] == 0 or tps[-1] == 0:
        return float("nan")
    fps, tps = fps / power_of_two(fps[-1]), tps / power_of_two(tps[-1])
    fps, tps = np.concatenate([[0.0], fps]), np.concatenate([[0.0], tps])
    if max_fpr is None or max_fpr == 1:
        return _trapezoids(fps, tps) / float(fps[-1] * tps[-1])
    fpr, tpr = fps / fps[-1], tps / tps[-1]
    stop = int(np.searchsorted(fpr, max_fpr, side="right"))
    tpr = np.append(
        tpr[:stop], np.interp(max_fpr, fpr[stop - 1 : stop + 1], tpr[stop - 1 : stop + 1])
    )
    area = _trapezoids(np.append(fpr[:stop], max_fpr), tpr)
    random_area, largest_area = max_fpr**2 / 2, max_fpr
    return (1 + (area - random_area) / (largest_area - random_area)) / 2


def _trapezoids(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]))) / 2


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


def _one_column(scores: NDArray[Any]) -> NDArray[Any]:
    """Return the scores of the positive one of two classes as (N,)."""
    if scores.ndim == 2 and scores.shape[1] != 1:
        raise ValueError(
            f"y_score must have shape (N,) for two classes, got {scores.shape}; "
            "pass the column of the positive class, y_score[:, 1]"
        )
    return scores.reshape(-1)
