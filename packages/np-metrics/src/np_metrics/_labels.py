"""Encode labels of any kind as integers 0 … K-1, which can be counted.

Integer labels that lie close together need no search: the code is the label minus the smallest
label. All other labels are looked up in the sorted array of distinct labels. A code that does not
occur is left out of every result, so both ways give the same counts.
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
    requested: NDArray[Any] | None  # codes of ``labels=``, in their order; None if not given

    @property
    def dense(self) -> bool:
        """Whether a table of all pairs of codes is small, or not larger than the samples."""
        return len(self.classes) <= _table_limit(len(self.y_true))

    def chosen(self) -> NDArray[Any]:
        """Return the codes that a result has entries for: the requested or the occurring ones."""
        return self.occurring() if self.requested is None else self.requested

    def occurring(self) -> NDArray[np.intp]:
        """Return the codes that occur in either array, ascending."""
        size = len(self.classes)
        counts = np.bincount(self.y_true, minlength=size)
        counts += np.bincount(self.y_pred, minlength=size)
        return np.flatnonzero(counts)


def label_pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return both label arrays, checked and comparable with ``==``."""
    true, pred = label_array("y_true", y_true), label_array("y_pred", y_pred)
    same_length(y_true=true, y_pred=pred)
    _check_same_kind(y_true=true, y_pred=pred)
    return _comparable(true), _comparable(pred)


def distinct_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Return ``labels``, checked: at least one, and no label twice."""
    array = _comparable(label_array(name, labels))
    values, counts = np.unique(array, return_counts=True)
    if len(values) != len(array):
        raise ValueError(
            f"{name} must not repeat a label, got {values[counts > 1].tolist()[0]!r} twice"
        )
    return array


def encode(y_true: ArrayLike, y_pred: ArrayLike, labels: ArrayLike | None = None) -> Codes:
    """Encode both label arrays, and ``labels`` if they are given."""
    true, pred = label_pair(y_true, y_pred)
    if labels is None:
        parts = [true, pred]
    else:
        asked = distinct_labels("labels", labels)
        _check_same_kind(y_true=true, labels=asked)
        parts = [true, pred, asked]
    if all(part.dtype.kind in "iu" for part in parts):
        low = min(int(part.min()) for part in parts)
        high = max(int(part.max()) for part in parts)
        if high - low < _table_limit(len(true)):
            true, pred, *requested = [
                part.astype(np.int64) - low if low else part for part in parts
            ]
            classes = low + np.arange(high - low + 1, dtype=np.int64)
            return Codes(classes, true, pred, requested[0] if requested else None)
    classes, codes = np.unique(np.concatenate(parts), return_inverse=True)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    true, pred, *requested = np.split(codes, ends)
    return Codes(classes, true, pred, requested[0] if requested else None)


def _table_limit(n: int) -> int:
    return max(256, isqrt(n))


def _check_same_kind(**arrays: NDArray[Any]) -> None:
    if len({array.dtype.kind == "U" for array in arrays.values()}) > 1:
        got = ", ".join(f"{name} of dtype {array.dtype}" for name, array in arrays.items())
        raise TypeError(f"labels must be all strings or all numbers, got {got}")


def _comparable(array: NDArray[Any]) -> NDArray[Any]:
    """Return numbers as int64 or smaller, or as Python ints beyond int64; strings as they are."""
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        return array.astype(object)
    if array.dtype == np.uint64 or array.dtype.kind == "f":
        return array.astype(np.int64)
    return array


def is_positive(true: NDArray[Any], pos_label: int | str | None) -> NDArray[np.bool_]:
    """Return which labels equal ``pos_label``, (N,); None means 1 if that is clear."""
    if pos_label is None:
        present = present_labels(true)
        if not (set(present) <= {0, 1} or set(present) <= {-1, 1}):
            raise ValueError(
                f"pos_label must be given unless labels are 0 and 1 or -1 and 1, got {present}"
            )
        pos_label = 1
    codes = encode(true, true, distinct_labels("pos_label", [pos_label]))
    positive: NDArray[np.bool_] = np.equal(codes.y_true, np.asarray(codes.requested))
    return positive


def present_labels(*arrays: ArrayLike) -> list[Any]:
    """Return the labels that occur in one or two label arrays, ascending."""
    codes = encode(arrays[0], arrays[-1])
    present: list[Any] = codes.classes[codes.occurring()].tolist()
    return present


def encode_columns(
    name: str, true: NDArray[Any], columns: int, labels: ArrayLike | None
) -> NDArray[np.intp]:
    """Return, for every true label, its column in a score matrix: column j is the j-th label."""
    if labels is None:
        codes = encode(true, true)
        hint = " in y_true; pass all labels as labels="
    else:
        given = distinct_labels("labels", labels)
        if (given[1:] < given[:-1]).any():
            raise ValueError(
                f"labels must ascend, as the columns of {name} do, got {given.tolist()}"
            )
        codes, hint = encode(true, true, given), ""
    chosen = codes.chosen()
    if len(chosen) != columns:
        raise ValueError(
            f"{name} must have one column per label, "
            f"got {columns} columns and {len(chosen)} labels{hint}"
        )
    column_of = np.full(len(codes.classes), -1)
    column_of[chosen] = np.arange(columns)
    column: NDArray[np.intp] = column_of[codes.y_true]
    if (column < 0).any():
        missing = codes.classes[[codes.y_true[np.argmin(column)]]].tolist()[0]
        raise ValueError(f"labels must contain every label of y_true, got {missing!r} in y_true")
    return column
