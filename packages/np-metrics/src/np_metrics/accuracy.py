"""Accuracy: the share of correct predictions, over samples, over classes, or among the k best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics._checks import (
    integer,
    label_array,
    reduced,
    same_length,
    score_array,
    weight_array,
)
from np_metrics._counts import class_counts
from np_metrics._labels import encode, encode_columns, label_pair


def accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the share of samples whose predicted label is the true label.

    accuracy = Σ w_i [y_true_i = y_pred_i] / Σ w_i

    Parameters
    ----------
    y_true, y_pred : array_like of shape (N,)
        True and predicted labels, integers or strings.
    sample_weight : array_like of shape (N,), optional
        Weights w, not negative. By default every sample counts once.
    reduction : {"mean", "sum"}
        ``"sum"`` gives the number (the weight) of correct predictions.

    Raises
    ------
    ValueError
        The lengths differ, a label is NaN, or ``reduction`` is unknown.
    TypeError
        Labels are neither numbers nor strings, or a mix of both.

    Examples
    --------
    >>> accuracy([0, 1, 2, 3], [0, 1, 2, 0])
    0.75
    >>> accuracy(["cat", "dog"], ["cat", "cat"], sample_weight=[3, 1])
    0.75
    """
    true, pred = label_pair(y_true, y_pred)
    return reduced(np.equal(true, pred), weight_array(sample_weight, len(true)), reduction)


def balanced_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    adjusted: bool = False,
) -> float:
    """Return the mean recall of the classes that occur in ``y_true``.

    balanced_accuracy = Σ_c (tp_c / support_c) / K,  over the K classes with support_c > 0

    ``recall(average="macro")`` also averages over classes that were only predicted.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (N,)
        True and predicted labels, integers or strings.
    sample_weight : array_like of shape (N,), optional
        Weights, not negative. By default every sample counts once.
    adjusted : bool
        Rescale so that guessing scores 0 and a perfect classifier 1; NaN for a single class.

    Raises
    ------
    ValueError, TypeError
        As ``accuracy`` does.

    References
    ----------
    K. H. Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0], adjusted=True)
    0.0
    """
    codes = encode(y_true, y_pred)
    _, counts = class_counts(codes, weight_array(sample_weight, len(codes.y_true)))
    occurs = counts.support > 0
    score = float(np.mean(counts.tp[occurs] / counts.support[occurs]))
    if not adjusted:
        return score
    chance = 1 / int(np.count_nonzero(occurs))
    return float("nan") if chance == 1 else (score - chance) / (1 - chance)


def top_k_accuracy(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    k: int = 2,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the share of samples whose true label is among the k labels with the best scores.

    Of columns with equal scores, the one further to the right counts as better.

    Parameters
    ----------
    y_true : array_like of shape (N,)
        True labels.
    y_score : array_like of shape (N, K) or (N,)
        Scores of any scale; column j belongs to the j-th label in ascending order. Shape (N,) is
        for two labels; then k=1 compares with 0.5 if all scores lie in [0, 1], else with 0.
    k : int
        Number of guesses, at least 1. With k ≥ K every sample is correct.
    labels : array_like of shape (K,), optional
        All labels, ascending. By default those in ``y_true``, which must then all occur.
    sample_weight : array_like of shape (N,), optional
        Weights, not negative.
    reduction : {"mean", "sum"}
        ``"sum"`` gives the number (the weight) of correct samples.

    Raises
    ------
    ValueError
        The lengths differ, a score is NaN, the columns are not one per label, or k is below 1.
    TypeError
        ``k`` is not an integer, or the labels are neither numbers nor strings.

    Examples
    --------
    >>> scores = [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.2, 0.7, 0.1]]
    >>> round(top_k_accuracy([0, 0, 2], scores, k=2, labels=range(3)), 3)
    0.333
    """
    k = integer("k", k, minimum=1)
    true = label_array("y_true", y_true)
    scores = score_array("y_score", y_score, ndim=(1, 2))
    same_length(y_true=true, y_score=scores)
    weights = weight_array(sample_weight, len(true))
    if scores.ndim == 1 or scores.shape[1] == 1:
        flat = scores.reshape(-1)
        column = encode_columns("y_score", true, 2, labels)
        threshold = 0.5 if flat.min() >= 0 and flat.max() <= 1 else 0.0
        correct = (flat > threshold) == (column == 1) if k == 1 else np.ones(len(flat), dtype=bool)
        return reduced(correct, weights, reduction)
    columns = scores.shape[1]
    column = encode_columns("y_score", true, columns, labels)
    own = scores[np.arange(len(column)), column][:, None]
    better = (scores > own) | ((scores == own) & (np.arange(columns) > column[:, None]))
    return reduced(np.count_nonzero(better, axis=1) < k, weights, reduction)
