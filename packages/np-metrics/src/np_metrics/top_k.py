"""Accuracy with k guesses, for scores that rank the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics.class_columns import column_codes
from np_metrics.validation import (
    label_array,
    reduced,
    same_length,
    score_array,
    weight_array,
    whole_number,
)


def top_k_accuracy(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    k: int = 2,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> float:
    """Return the share of samples whose true label is among the k best scored ones.

    The true label is among them if fewer than k columns come before its own. A column with a
    greater score comes before, and so does one with an equal score further to the right.

    Parameters
    ----------
    y_true : (N,) true labels.
    y_score : (N, K) scores of any scale, column j for the j-th label in ascending order; or (N,)
        for two labels, where k=1 compares with 0.5 if all scores lie in [0, 1] and with 0 if not.
    k : how many guesses are allowed, at least 1; from K on everything is right.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.
    sample_weight : (N,) weights, not negative.
    reduction : ``"mean"``, or ``"sum"`` for the number (the weight) of right answers.

    Raises
    ------
    ValueError
        For lengths that differ, NaN scores, columns that are not one per label, k below 1.
    TypeError
        For a ``k`` that is no integer or labels of a wrong kind.

    Examples
    --------
    >>> scores = [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.2, 0.7, 0.1]]
    >>> round(top_k_accuracy([0, 0, 2], scores, k=2, labels=range(3)), 3)
    0.333
    """
    k = whole_number("k", k, least=1)
    true = label_array("y_true", y_true)
    scores = score_array("y_score", y_score, ndim=(1, 2))
    same_length(y_true=true, y_score=scores)
    weights = weight_array(sample_weight, len(true))
    if scores.ndim == 1 or scores.shape[1] == 1:
        flat = scores.reshape(-1)
        codes = column_codes("y_score", true, 2, labels)
        threshold = 0.5 if flat.min() >= 0 and flat.max() <= 1 else 0.0
        hits = (flat > threshold) == (codes == 1) if k == 1 else np.ones(len(flat), dtype=bool)
        return reduced(hits, weights, reduction)
    columns = scores.shape[1]
    codes = column_codes("y_score", true, columns, labels)
    own = scores[np.arange(len(codes)), codes][:, None]
    before = (scores > own) | ((scores == own) & (np.arange(columns) > codes[:, None]))
    return reduced(np.count_nonzero(before, axis=1) < k, weights, reduction)
