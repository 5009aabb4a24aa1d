"""Accuracy: the share of correct predictions, over samples, over classes, or among the k best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics._checks import integer, reduced, scored_samples, weight_array
from np_metrics._counts import class_counts
from np_metrics._labels import columns_of, encode, label_pair


def accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the share of samples whose predicted label is the true label.

    accuracy = Σ w_i [y_true_i = y_pred_i] / Σ w_i

    Parameters and errors are explained in ``help(np_metrics)``.

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
    y_true, y_pred, sample_weight
        See ``help(np_metrics)``.
    adjusted : bool
        Rescale so that guessing scores 0 and a perfect classifier 1; NaN for a single class.

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

    If scores are equal, the column further to the right counts as better.

    Parameters
    ----------
    y_true, y_score, labels, sample_weight, reduction
        See ``help(np_metrics)``. ``y_score`` has one column per label.
    k : int
        Number of guesses, at least 1. With k ≥ K every sample is correct.

    Examples
    --------
    >>> scores = [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.2, 0.7, 0.1]]
    >>> round(top_k_accuracy([0, 0, 2], scores, k=2, labels=range(3)), 3)
    0.333
    """
    k = integer("k", k, minimum=1)
    true, scores, weights = scored_samples(y_true, y_score, sample_weight, ndim=(2,))
    columns = scores.shape[1]
    column = columns_of("y_score", true, columns, labels)
    own = scores[np.arange(len(column)), column][:, None]
    better = (scores > own) | ((scores == own) & (np.arange(columns) > column[:, None]))
    return reduced(np.count_nonzero(better, axis=1) < k, weights, reduction)
