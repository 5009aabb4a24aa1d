"""Count pairs of labels in one pass over the samples.

The pair (i, j) of K codes is number i·K + j. ``numpy.bincount`` counts these numbers, and reshaping
gives the table of pairs. Every count per class is a sum over this table.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from np_metrics._labels import Codes


class ClassCounts(NamedTuple):
    """Counts, or sums of weights, per class: each array is float64 of shape (K,)."""

    tp: NDArray[Any]  # samples of the class that were predicted as it: true positives
    predicted: NDArray[Any]  # samples that were predicted as the class
    support: NDArray[Any]  # samples of the class


def table_counts(table: NDArray[Any]) -> ClassCounts:
    """Return the class counts of a (K, K) table: rows are true labels, columns predicted ones."""
    table = table.astype(np.float64)
    return ClassCounts(np.diagonal(table), table.sum(axis=0), table.sum(axis=1))


def pair_table(
    true: NDArray[Any], pred: NDArray[Any], size: int, weights: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return T (size, size): T[i, j] is the number, or weight, of samples with codes i and j."""
    # Codes of a small dtype keep it if the largest pair number, K² - 1, fits.
    dtype = np.result_type(true.dtype, pred.dtype, np.min_scalar_type(-size * size))
    pair = np.multiply(true, size, dtype=dtype)
    pair += pred
    table = np.bincount(pair, weights, size * size).reshape(size, size)
    floating = weights is not None and weights.dtype.kind == "f"
    return table if floating else table.astype(np.int64, copy=False)


def chosen_table(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the chosen codes (C,) and the table (C, C) of the pairs among them.

    The chosen codes are those of ``labels=``. Without it they are all codes that occur.
    """
    if codes.dense:
        chosen, table = _full_table(codes, weights)
        return chosen, table[np.ix_(chosen, chosen)]
    chosen = codes.chosen()
    index_of = np.full(len(codes.classes), -1)
    index_of[chosen] = np.arange(len(chosen))
    true, pred = index_of[codes.y_true], index_of[codes.y_pred]
    kept = (true >= 0) & (pred >= 0)
    weights = None if weights is None else weights[kept]
    return chosen, pair_table(true[kept], pred[kept], len(chosen), weights)


def class_counts(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], ClassCounts]:
    """Return the chosen codes (C,) and the counts of each of them among all samples."""
    if codes.dense:
        chosen, table = _full_table(codes, weights)
        counts = table_counts(table)
    else:
        chosen = codes.chosen()
        tp = codes.y_true == codes.y_pred
        size = len(codes.classes)
        counts = ClassCounts(
            tp=np.bincount(codes.y_true, tp if weights is None else tp * weights, size),
            predicted=np.bincount(codes.y_pred, weights, size).astype(np.float64),
            support=np.bincount(codes.y_true, weights, size).astype(np.float64),
        )
    return chosen, ClassCounts(*(array[chosen] for array in counts))


def _full_table(codes: Codes, weights: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any]]:
    size = len(codes.classes)
    table = pair_table(codes.y_true, codes.y_pred, size)
    chosen = codes.requested
    if chosen is None:  # the counts decide, not the weights: a label of weight 0 occurs too
        chosen = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
    if weights is not None:
        table = pair_table(codes.y_true, codes.y_pred, size, weights)
    return chosen, table
