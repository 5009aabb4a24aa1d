"""Shares of right answers, over samples and over classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics.counts import class_counts
from np_metrics.labels import encode, label_pair
from np_metrics.validation import reduced, weight_array


def accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the share of samples whose predicted label is the true one.

    accuracy = Σ w_i [y_true_i = y_pred_i] / Σ w_i

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    sample_weight : (N,) weights w, not negative; by default every sample counts once.
    reduction : ``"mean"``, or ``"sum"`` for the number (the weight) of right answers.

    Raises
    ------
    ValueError
        For lengths that differ, NaN labels, or an unknown ``reduction``.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

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
    """Return the plain mean of the recall of the classes that occur in ``y_true``.

    balanced_accuracy = Σ_c (hits_c / actual_c) / K,  over the K classes with actual_c > 0

    Unlike ``recall(average="macro")`` it leaves out classes that were predicted but never true.

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    sample_weight : (N,) weights, not negative; by default every sample counts once.
    adjusted : rescale so that guessing scores 0 and perfection 1; nan for a single class.

    Raises
    ------
    ValueError, TypeError
        As `accuracy` does.

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
    occurs = counts.actual > 0
    score = float(np.mean(counts.hits[occurs] / counts.actual[occurs]))
    if not adjusted:
        return score
    chance = 1 / int(np.count_nonzero(occurs))
    return float("nan") if chance == 1 else (score - chance) / (1 - chance)
