"""ROC curve and precision-recall curve of scores that rank samples.

Both curves read the same counts: for every distinct score, in descending order, the weight of the
positive and of the negative samples with at least this score. Equal scores share one point, so
their order does not matter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import scored_samples
from np_metrics._labels import is_positive


def roc_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: int | str | None = None,
    sample_weight: ArrayLike | None = None,
    drop_intermediate: bool = True,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return false positive rate, true positive rate and thresholds of the ROC curve.

    fpr_t = Σ w_i [s_i ≥ t, negative] / Σ w_i [negative],  tpr_t = the same for positive samples

    Parameters
    ----------
    y_true : array_like of shape (N,)
        Labels. ``pos_label`` is positive, every other label is negative.
    y_score : array_like of shape (N,)
        Scores s of any scale, larger for positive samples.
    pos_label : int or str, optional
        The positive label. By default 1 if the labels are among {0, 1} or {-1, 1}.
    sample_weight
        See ``help(np_metrics)``, also for the errors. Samples of weight 0 do not count.
    drop_intermediate : bool
        Leave out points in the middle of straight lines.

    Returns
    -------
    fpr, tpr : float64 ndarray of shape (P,)
        Rates from 0 to 1. All NaN if one of the two classes has no sample.
    thresholds : float64 ndarray of shape (P,)
        Descending scores. The first is inf: no sample is predicted as positive.

    References
    ----------
    T. Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr, tpr
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]))
    """
    fps, tps, thresholds = _checked_counts(y_true, y_score, pos_label, sample_weight)
    if drop_intermediate and len(fps) > 2:
        bends = (np.diff(fps, 2) != 0) | (np.diff(tps, 2) != 0)
        kept = np.concatenate([[True], bends, [True]])
        fps, tps, thresholds = fps[kept], tps[kept], thresholds[kept]
    fps, tps = np.concatenate([[0.0], fps]), np.concatenate([[0.0], tps])
    fpr = fps / fps[-1] if fps[-1] > 0 else np.full(len(fps), np.nan)
    tpr = tps / tps[-1] if tps[-1] > 0 else np.full(len(tps), np.nan)
    return fpr, tpr, np.concatenate([[np.inf], thresholds.astype(np.float64)])


def precision_recall_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: int | str | None = None,
    sample_weight: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    """Return precision, recall and thresholds of the precision-recall curve.

    precision_t = tp_t / (tp_t + fp_t),  recall_t = tp_t / positives

    The parameters are those of ``roc_curve``.

    Returns
    -------
    precision, recall : float64 ndarray of shape (T + 1,)
        The last point is precision 1 at recall 0 and has no threshold. Without positive samples
        the recall is 1 at every threshold.
    thresholds : ndarray of shape (T,)
        Distinct scores, ascending, in the float dtype of ``y_score``; float64 for integers.

    References
    ----------
    J. Davis, M. Goadrich, The relationship between precision-recall and ROC curves, ICML 2006.

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> precision.round(3), recall
    (array([0.5  , 0.667, 0.5  , 1.   , 1.   ]), array([1. , 1. , 0.5, 0.5, 0. ]))
    """
    fps, tps, thresholds = _checked_counts(y_true, y_score, pos_label, sample_weight)
    precision = tps / (tps + fps)
    recall = tps / tps[-1] if tps[-1] > 0 else np.ones(len(tps))
    return (
        np.concatenate([precision[::-1], [1.0]]),
        np.concatenate([recall[::-1], [0.0]]),
        thresholds[::-1],
    )


def _checked_counts(
    y_true: ArrayLike,
    y_score: ArrayLike,
    pos_label: int | str | None,
    sample_weight: ArrayLike | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    true, scores, weights = scored_samples(y_true, y_score, sample_weight, ndim=(1,))
    fps, tps, thresholds = counts_above(is_positive(true, pos_label), scores, weights)
    if thresholds.dtype.kind != "f":
        thresholds = thresholds.astype(np.float64)
    return fps, tps, thresholds


def counts_above(
    positive: NDArray[np.bool_], scores: NDArray[Any], weights: NDArray[Any] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    """Return the weights of false and true positives at each distinct score, and the scores.

    All three have shape (T,), for descending scores.
    """
    if weights is not None:
        counted = weights != 0
        positive, scores, weights = positive[counted], scores[counted], weights[counted]
    # Sums of weights depend on their order, so they need the stable sort, which is slower.
    descending = -scores if scores.dtype.kind == "f" else ~scores  # -0 of an unsigned int is 0
    order = np.argsort(descending, kind=None if weights is None else "stable")
    scores, positive = scores[order], positive[order]
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    if weights is None:
        tps = np.cumsum(positive)[last].astype(np.float64)
        return 1 + last - tps, tps, scores[last]
    weights = weights[order].astype(np.float64)
    tps, fps = np.cumsum(weights * positive)[last], np.cumsum(weights * ~positive)[last]
    return fps, tps, scores[last]
