"""Counting label pairs, once, in one pass over the samples.

The pair (i, j) of K codes is position i·K + j of one long row; `numpy.bincount` counts that row and
folding it gives the table of pairs, from which every count per class is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_metrics.labels import Codes


@dataclass(frozen=True)
class ClassCounts:
    """Counts, or sums of weights, per class: each array is float64 of shape (K,)."""

    hits: NDArray[np.float64]  # predicted as the class and belonging to it
    predicted: NDArray[np.float64]
    actual: NDArray[np.float64]

    def of(self, classes: NDArray[Any]) -> ClassCounts:
        """Return the counts of some classes, in that order."""
        return ClassCounts(self.hits[classes], self.predicted[classes], self.actual[classes])

    def summed(self) -> ClassCounts:
        """Return the counts of all classes together, as one class."""
        return ClassCounts(*(np.sum(a, keepdims=True) for a in vars(self).values()))


def table_counts(table: NDArray[Any]) -> ClassCounts:
    """Return the counts of the classes of a (K, K) table of pairs, rows true, columns predicted."""
    table = table.astype(np.float64)
    return ClassCounts(np.diagonal(table), table.sum(axis=0), table.sum(axis=1))


def pair_table(
    true: NDArray[Any], pred: NDArray[Any], size: int, weights: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return T (size, size), T[i, j] the number, or the weight, of samples with codes i and j."""
    # narrow labels stay narrow, as long as the last place, K² - 1, fits
    dtype = np.result_type(true.dtype, pred.dtype, np.min_scalar_type(-size * size))
    place = np.multiply(true, size, dtype=dtype)
    place += pred
    table = np.bincount(place, weights, size * size).reshape(size, size)
    floating = weights is not None and weights.dtype.kind == "f"
    return table if floating else table.astype(np.int64, copy=False)


def chosen_table(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the chosen codes (C,) and the table (C, C) of the pairs among them."""
    if codes.dense:
        chosen, table = _full_table(codes, weights)
        return chosen, table[np.ix_(chosen, chosen)]
    chosen = codes.occurring() if codes.wanted is None else codes.wanted
    position = np.full(len(codes.classes), -1)
    position[chosen] = np.arange(len(chosen))
    true, pred = position[codes.y_true], position[codes.y_pred]
    kept = (true >= 0) & (pred >= 0)
    weights = weights if weights is None else weights[kept]
    return chosen, pair_table(true[kept], pred[kept], len(chosen), weights)


def class_counts(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], ClassCounts]:
    """Return the chosen codes (C,) and the counts of each among all samples."""
    if codes.dense:
        chosen, table = _full_table(codes, weights)
        return chosen, table_counts(table).of(chosen)
    chosen = codes.occurring() if codes.wanted is None else codes.wanted
    right = codes.y_true == codes.y_pred
    counts = ClassCounts(
        hits=_bincount(codes.y_true, right if weights is None else right * weights, codes),
        predicted=_bincount(codes.y_pred, weights, codes),
        actual=_bincount(codes.y_true, weights, codes),
    )
    return chosen, counts.of(chosen)


def _full_table(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any]]:
    size = len(codes.classes)
    table = pair_table(codes.y_true, codes.y_pred, size)
    chosen = codes.wanted
    if chosen is None:  # from the counts, not the weights: a label of weight zero occurs too
        chosen = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
    if weights is not None:
        table = pair_table(codes.y_true, codes.y_pred, size, weights)
    return chosen, table


def _bincount(
    labels: NDArray[Any], weights: NDArray[Any] | None, codes: Codes
) -> NDArray[np.float64]:
    counts: NDArray[Any] = np.bincount(labels, weights, len(codes.classes))
    return counts.astype(np.float64)
