"""Shares of right answers: over samples, over classes, and among the k best guesses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics.labels import label_pair
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
