"""Precision, recall and F-beta are one ratio with three names.

Per class, ``predicted`` counts the samples predicted as it, ``actual`` those that belong to it and
``hits`` those of which both are true. Each metric divides hits by a mean of the other two:

    ratio = hits / (share · actual + (1 - share) · predicted)

share 0 is precision, share 1 is recall and share β²/(1+β²) is F-beta, one half being F1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.labels import Codes, distinct_labels, encode
from np_metrics.validation import AVERAGES, one_of, weight_array, zero_division_value


@dataclass(frozen=True)
class ClassCounts:
    """Counts, or sums of weights, per class: each array is float64 of shape (K,)."""

    hits: NDArray[np.float64]
    predicted: NDArray[np.float64]
    actual: NDArray[np.float64]

    def ratio(self, share: float, zero_division: float) -> NDArray[np.float64]:
        """Return the ratio of every class; 0/0 is ``zero_division``."""
        below = share * self.actual + (1 - share) * self.predicted
        out = np.full_like(self.hits, zero_division)
        return np.divide(self.hits, below, out=out, where=below > 0)

    def summed(self) -> ClassCounts:
        """Return the counts of all classes together, as one class."""
        return ClassCounts(*(np.sum(a, keepdims=True) for a in vars(self).values()))


def count(codes: Codes, weights: NDArray[Any] | None) -> ClassCounts:
    """Count hits, predictions and samples of the chosen classes."""
    size = len(codes.classes)
    right = codes.y_true == codes.y_pred

    def total(labels: NDArray[np.intp], weights: NDArray[Any] | None) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.bincount(labels, weights, size).astype(np.float64)
        return sums[codes.chosen]

    return ClassCounts(
        hits=total(codes.y_true, right if weights is None else right * weights),
        predicted=total(codes.y_pred, weights),
        actual=total(codes.y_true, weights),
    )


def share_of_actual(beta: float) -> float:
    """Return β²/(1+β²), 1 for an infinite beta."""
    if not isinstance(beta, (int, float, np.number)):
        raise TypeError(f"beta must be a number; got {beta!r} of {type(beta).__name__}")
    if not beta >= 0:
        raise ValueError(f"beta must not be negative; got {beta!r}")
    return 1.0 if isinf(beta) else float(beta**2 / (1 + beta**2))


def averaged(
    counts: ClassCounts, share: float, average: str | None, zero_division: float
) -> float | NDArray[np.float64]:
    """Return one ratio per class (``average=None``) or their average.

    Classes whose ratio is nan take no part in an average.
    """
    if average in ("micro", "binary"):
        return float(counts.summed().ratio(share, zero_division)[0])
    ratios = counts.ratio(share, zero_division)
    if average is None:
        return ratios
    known = ~np.isnan(ratios)
    if not known.any():
        return float("nan")
    weights = counts.actual[known] if average == "weighted" else None
    if weights is not None and not weights.any():
        weights = None  # none of the chosen classes occurs: all count alike
    return float(np.average(ratios[known], weights=weights))


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
    return averaged(count(codes, weights), share, average, zero_division)


def _positive_label(y_true: ArrayLike, y_pred: ArrayLike, pos_label: int | str) -> NDArray[Any]:
    """Return ``[pos_label]`` if the task has two classes and it is one of them."""
    present = encode(y_true, y_pred).chosen_labels
    wanted = distinct_labels("pos_label", [pos_label])
    if len(present) > 2:
        raise ValueError(
            f"average='binary' needs two classes; got {len(present)}: "
            "choose average='macro', 'micro', 'weighted' or None"
        )
    if len(present) == 2 and wanted[0] not in present:
        raise ValueError(f"pos_label must be one of {present.tolist()}; got {pos_label!r}")
    return wanted
