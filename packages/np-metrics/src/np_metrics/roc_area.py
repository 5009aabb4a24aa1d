"""The area under the ROC curve, for two classes or averaged over several.

With K classes a score matrix has one column per class: "ovr" takes each class against all others,
"ovo" each pair of classes.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_columns import column_codes
from np_metrics.curves import counts_above
from np_metrics.labels import encode
from np_metrics.one_versus_rest import one_column, one_versus_rest
from np_metrics.scale import power_of_two
from np_metrics.validation import (
    label_array,
    one_of,
    probability_array,
    real_number,
    same_length,
    score_array,
    weight_array,
)


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
    """Return the chance that a positive sample scores above a negative one, ties counting half.

    roc_auc = ∫ tpr d(fpr) = P(s⁺ > s⁻) + P(s⁺ = s⁻) / 2

    Parameters
    ----------
    y_true : (N,) labels. With two labels the greater one is positive.
    y_score : (N,) scores of any scale for two labels; else (N, K) probability rows, column j for
        the j-th label in ascending order.
    average : of the K classes, or pairs of classes: ``"macro"`` plain mean, ``"weighted"`` by
        prevalence; for "ovr" also ``"micro"``, all columns as one, and None, one area per class.
    sample_weight : (N,) weights, not negative; not for "ovo".
    max_fpr : in (0, 1]: only the area left of this false positive rate, rescaled so that chance is
        0.5 (McClish 1989); two labels only.
    multi_class : ``"ovr"`` or ``"ovo"``, to be chosen for more than two labels.
    labels : the K labels, ascending; by default those in ``y_true``, which then must all occur.

    Returns
    -------
    float in [0, 1], or float64 array (K,) for ``average=None``. A class that never or always
    occurs has no area: nan, which a macro average passes on and a weighted one leaves out.

    Raises
    ------
    ValueError
        For lengths that differ, NaN scores, rows that do not sum to 1, columns that are not one per
        label, or an unknown option.
    TypeError
        For labels that are neither numbers nor strings.

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
            raise ValueError(f"max_fpr must lie in (0, 1]; got {max_fpr!r}")
    true = label_array("y_true", y_true)
    scores = score_array("y_score", y_score, ndim=(1, 2))
    same_length(y_true=true, y_score=scores)
    weights = weight_array(sample_weight, len(true))
    codes = encode(true, true)
    present = codes.occurring()
    if len(present) <= 2 and (scores.ndim == 1 or scores.shape[1] <= 2):
        return _roc_area(codes.y_true == present[-1], one_column(scores), weights, max_fpr)
    if multi_class == "raise":
        raise ValueError(
            "multi_class must be 'ovr' or 'ovo' for more than two classes; got 'raise'"
        )
    if max_fpr not in (None, 1):
        raise ValueError(f"max_fpr must be None for more than two classes; got {max_fpr!r}")
    if scores.ndim == 1:
        raise ValueError(
            f"y_score must have one column per class; got shape {scores.shape} "
            f"for {len(present)} classes"
        )
    probability_array("y_score", scores)
    columns = column_codes("y_score", true, scores.shape[1], labels)
    if multi_class == "ovr":
        return one_versus_rest(_roc_area, columns, scores, weights, average)
    if weights is not None:
        raise ValueError("sample_weight must be None for multi_class='ovo'; got weights")
    if average not in ("macro", "weighted"):
        raise ValueError(
            f"average must be 'macro' or 'weighted' for multi_class='ovo'; got {average!r}"
        )
    return _one_versus_one(columns, scores, average)


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
    by_chance, most = max_fpr**2 / 2, max_fpr
    return (1 + (area - by_chance) / (most - by_chance)) / 2


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
