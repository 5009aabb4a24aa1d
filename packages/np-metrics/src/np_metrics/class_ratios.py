"""Precision, recall and F-beta are one ratio with three names.

Per class, ``predicted`` counts the samples predicted as it, ``actual`` those that belong to it and
``hits`` those of which both are true. Each metric divides hits by a mean of the other two:

    ratio = hits / (share · actual + (1 - share) · predicted)

share 0 is precision, share 1 is recall and share β²/(1+β²) is F-beta, one half being F1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.counts import ClassCounts, class_counts
from np_metrics.labels import distinct_labels, encode
from np_metrics.validation import (
    AVERAGES,
    one_of,
    real_number,
    weight_array,
    zero_division_value,
)


def ratios(counts: ClassCounts, share: float, zero_division: float) -> NDArray[np.float64]:
    """Return the ratio of every class; 0/0 is ``zero_division``."""
    below = share * counts.actual + (1 - share) * counts.predicted
    out = np.full(below.shape, zero_division)
    np.divide(counts.hits, below, out=out, where=below > 0)
    return out


def share_of_actual(beta: float) -> float:
    """Return β²/(1+β²), which rounds to 1 from a beta of 2²⁷ on."""
    beta = real_number("beta", beta)
    if not beta >= 0:
        raise ValueError(f"beta must not be negative; got {beta!r}")
    return 1.0 if beta > 2**27 else beta**2 / (1 + beta**2)


def averaged(
    counts: ClassCounts, share: float, average: str | None, zero_division: float
) -> float | NDArray[np.float64]:
    """Return one ratio per class (``average=None``) or their average.

    Classes whose ratio is nan take no part in an average.
    """
    if average in ("micro", "binary"):
        return float(ratios(counts.summed(), share, zero_division)[0])
    values = ratios(counts, share, zero_division)
    if average is None:
        return values
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    weights = counts.actual[known] if average == "weighted" else None
    if weights is not None and not weights.any():
        weights = None  # none of the chosen classes occurs: all count alike
    return float(np.average(values[known], weights=weights))


def class_ratio(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    share: float,
    *,
    labels: ArrayLike | None,
    pos_label: int | str,
    average: str | None,
    zero_division: float,
    sample_weight: ArrayLike | None,
) -> float | NDArray[np.float64]:
    """Check, count and average: what the public functions have in common."""
    one_of("average", average, AVERAGES)
    zero_division = zero_division_value(zero_division)
    if average == "binary":
        labels = _positive_label(y_true, y_pred, pos_label)
    codes = encode(y_true, y_pred, labels)
    weights = weight_array(sample_weight, len(codes.y_true))
    _, counts = class_counts(codes, weights)
    return averaged(counts, share, average, zero_division)


def _positive_label(y_true: ArrayLike, y_pred: ArrayLike, pos_label: int | str) -> NDArray[Any]:
    """Return ``[pos_label]`` if the task has two classes and it is one of them."""
    codes = encode(y_true, y_pred)
    present = codes.classes[codes.occurring()].tolist()
    if len(present) > 2:
        raise ValueError(
            f"average='binary' needs two classes; got {len(present)}: "
            "choose average='macro', 'micro', 'weighted' or None"
        )
    if len(present) == 2 and pos_label not in present:
        raise ValueError(f"pos_label must be one of {present}; got {pos_label!r}")
    return distinct_labels("pos_label", [pos_label])
