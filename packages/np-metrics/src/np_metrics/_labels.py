"""Encode labels of any kind as integers 0 … K-1, which can be counted.

Integer labels that lie close together need no search: the code is the label minus the smallest
label. All other labels are looked up in the sorted array of distinct labels. Results leave out
the codes that do not occur, so both ways give the same counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import label_array, same_length


@dataclass(frozen=True)
class Codes:
    """Two encoded label arrays: code ``c`` stands for the label ``classes[c]``."""

    classes: NDArray[Any]  # (K,) ascending
    y_true: NDArray[Any]  # (N,) integers
    y_pred: NDArray[Any]  # (N,) integers
    requested: NDArray[Any] | None = None  # codes of ``labels=``, in its order

    @property
    def dense(self) -> bool:
        """Whether a table of all pairs of codes is small, or not larger than the samples."""
        return len(self.classes) <= _table_limit(len(self.y_true))

    def chosen(self) -> NDArray[Any]:
        """Return the requested codes, or all codes."""
        return np.arange(len(self.classes)) if self.requested is None else self.requested


def label_pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return both label arrays, checked and comparable with ``==``."""
    true, pred = label_array("y_true", y_true), label_array("y_pred", y_pred)
    same_length(y_true=true, y_pred=pred)
    _check_same_kind(y_true=true, y_pred=pred)
    return true, pred


def distinct_labels(labels: ArrayLike, true: NDArray[Any]) -> NDArray[Any]:
    """Return ``labels``, checked: at least one, no label twice, comparable with ``true``."""
    array = label_array("labels", labels)
    values, counts = np.unique(array, return_counts=True)
    if len(values) != len(array):
        raise ValueError(
            f"labels must not repeat a label, got {values[counts > 1].tolist()[0]!r} twice"
        )
    _check_same_kind(y_true=true, labels=array)
    return array


def encode(y_true: ArrayLike, y_pred: ArrayLike, labels: ArrayLike | None = None) -> Codes:
    """Encode both label arrays, and ``labels`` if given."""
    parts = [*label_pair(y_true, y_pred)]
    if labels is not None:
        parts.append(distinct_labels(labels, parts[0]))
    if all(part.dtype.kind in "iu" for part in parts):
        low = min(int(part.min()) for part in parts)
        high = max(int(part.max()) for part in parts)
        if high - low < _table_limit(len(parts[0])):
            codes = [part.astype(np.int64) - low if low else part for part in parts]
            classes = low + np.arange(high - low + 1, dtype=np.int64)
            return Codes(classes, *codes)
    classes, joined = np.unique(np.concatenate(parts), return_inverse=True)
    return Codes(classes, *np.split(joined, np.cumsum([len(part) for part in parts[:-1]])))


def _table_limit(n: int) -> int:
    return max(256, isqrt(n))


def _check_same_kind(**arrays: NDArray[Any]) -> None:
    if len({array.dtype.kind == "U" for array in arrays.values()}) > 1:
        got = ", ".join(f"{name} of dtype {array.dtype}" for name, array in arrays.items())
        raise TypeError(f"labels must be all strings or all numbers, got {got}")


def present_labels(array: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct labels, ascending; integers that lie close together need no sorting."""
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max())
        if high - low < _table_limit(len(array)):
            return low + np.flatnonzero(np.bincount(array.astype(np.int64) - low))
    return np.unique(array)


def is_positive(true: NDArray[Any], pos_label: int | str | None) -> NDArray[np.bool_]:
    """Return which labels equal ``pos_label``, (N,); None is 1 for labels 0 and 1 or -1 and 1."""
    if pos_label is None:
        present = present_labels(true).tolist()
        if not (set(present) <= {0, 1} or set(present) <= {-1, 1}):
            raise ValueError(
                f"pos_label must be given unless labels are 0 and 1 or -1 and 1, got {present}"
            )
        pos_label = 1
    wanted = label_array("pos_label", [pos_label])
    _check_same_kind(y_true=true, pos_label=wanted)
    positive: NDArray[np.bool_] = np.equal(true, wanted)
    return positive


def columns_of(
    name: str, true: NDArray[Any], columns: int, labels: ArrayLike | None
) -> NDArray[np.intp]:
    """Return the column of every true label in a score matrix; column j belongs to label j."""
    if labels is None:
        classes, hint = present_labels(true), " in y_true; pass all labels as labels="
    else:
        classes, hint = distinct_labels(labels, true), ""
        if (classes[1:] < classes[:-1]).any():
            raise ValueError(
                f"labels must ascend, as the columns of {name} do, got {classes.tolist()}"
            )
    if len(classes) != columns:
        raise ValueError(
            f"{name} must have one column per label, "
            f"got {columns} columns and {len(classes)} labels{hint}"
        )
    column = np.minimum(np.searchsorted(classes, true), columns - 1)
    unknown = true[classes[column] != true].tolist()
    if unknown:
        raise ValueError(f"labels must contain every label of y_true, got {unknown[0]!r} in y_true")
    return column
