"""Average precision: the area under the precision-recall curve, taken as steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_columns import column_codes
from np_metrics.curves import counts_above, is_positive
from np_metrics.labels import encode
from np_metrics.one_versus_rest import one_column, one_versus_rest
from np_metrics.validation import label_array, one_of, same_length, score_array, weight_array


def average_precision(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    pos_label: int | str = 1,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the mean precision over the thresholds, each weighted by the recall it adds.

    average_precision = Σ_t (recall_t - recall_{t-1}) · precision_t

    A step function, not a trapezoid: straight lines between points would be too optimistic.

    Parameters
    ----------
    y_true : (N,) labels.
    y_score : (N,) scores of any scale for two labels; else (N, K), column j for the j-th label in
        ascending order, each class against the rest.
    average : of the K classes: ``"macro"``, ``"weighted"``, ``"micro"`` or None as in `roc_auc`.
    pos_label : the positive one of two labels.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.
    sample_weight : (N,) weights, not negative.

    Returns
    -------
    float in [0, 1], or float64 array (K,) for ``average=None``; 0 without a positive sample.

    Raises
    ------
    ValueError
        For lengths that differ, NaN scores, columns that are not one per label, a ``pos_label``
        that does not occur, or an unknown ``average``.
    TypeError
        For labels that are neither numbers nor strings.

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
    codes = encode(true, true)
    present = codes.classes[codes.occurring()].tolist()
    if len(present) <= 2 and (scores.ndim == 1 or scores.shape[1] <= 2):
        if len(present) == 2 and pos_label not in present:
            raise ValueError(f"pos_label must be one of {present}; got {pos_label!r}")
        return _precision_area(is_positive(true, pos_label), one_column(scores), weights)
    if scores.ndim == 1:
        raise ValueError(
            f"y_score must have one column per class; got shape {scores.shape} "
            f"for {len(present)} classes"
        )
    if pos_label != 1:
        raise ValueError(f"pos_label must be left at 1 for a score matrix; got {pos_label!r}")
    columns = column_codes("y_score", true, scores.shape[1], labels)
    return one_versus_rest(_precision_area, columns, scores, weights, average)


def _precision_area(
    positive: NDArray[np.bool_], scores: NDArray[Any], weights: NDArray[Any] | None
) -> float:
    fps, tps, _ = counts_above(positive, scores, weights)
    if tps[-1] == 0:
        return 0.0
    return float(np.sum(np.diff(tps, prepend=0.0) * (tps / (tps + fps)))) / float(tps[-1])
