"""Labels of any kind become codes 0 … K-1, the form in which everything is counted.

Small integer ids need no search: a code is the id minus the smallest id. All other labels, such as
strings or ids that lie far apart, are looked up in the sorted array of distinct labels.
Both ways yield the same counts: a code that no label has is left out of every result.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.validation import label_array, same_length


@dataclass(frozen=True)
class Codes:
    """Two label arrays in one code: label ``classes[c]`` is written as ``c``."""

    classes: NDArray[Any]  # (K,) ascending
    y_true: NDArray[Any]  # (N,) integers
    y_pred: NDArray[Any]  # (N,) integers
    wanted: NDArray[Any] | None  # codes of `labels` in their order; None: of those that occur

    @property
    def dense(self) -> bool:
        """Whether a table of all pairs of codes is no larger than the samples, or small."""
        return len(self.classes) <= _table_limit(len(self.y_true))

    def occurring(self) -> NDArray[np.intp]:
        """Return the codes that occur in either array, ascending."""
        size = len(self.classes)
        counts = np.bincount(self.y_true, minlength=size)
        counts += np.bincount(self.y_pred, minlength=size)
        return np.flatnonzero(counts)


def label_pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return both label arrays checked and comparable with ``==``."""
    true, pred = label_array("y_true", y_true), label_array("y_pred", y_pred)
    same_length(y_true=true, y_pred=pred)
    _check_same_kind(y_true=true, y_pred=pred)
    return _comparable(true), _comparable(pred)


def distinct_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Return ``labels`` checked: at least one, none twice."""
    array = _comparable(label_array(name, labels))
    values, counts = np.unique(array, return_counts=True)
    if len(values) != len(array):
        raise ValueError(
            f"{name} must not repeat a label; got {values[counts > 1].tolist()[0]!r} twice"
        )
    return array


def encode(y_true: ArrayLike, y_pred: ArrayLike, labels: ArrayLike | None = None) -> Codes:
    """Write both label arrays in codes and choose the codes that a result is indexed by."""
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
            true, pred, *wanted = [part.astype(np.int64) - low if low else part for part in parts]
            classes = low + np.arange(high - low + 1, dtype=np.int64)
            return Codes(classes, true, pred, wanted[0] if wanted else None)
    classes, codes = np.unique(np.concatenate(parts), return_inverse=True)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    true, pred, *wanted = np.split(codes, ends)
    return Codes(classes, true, pred, wanted[0] if wanted else None)


def _table_limit(n: int) -> int:
    return max(256, isqrt(n))


def _check_same_kind(**arrays: NDArray[Any]) -> None:
    if len({array.dtype.kind == "U" for array in arrays.values()}) > 1:
        got = ", ".join(f"{name} of dtype {array.dtype}" for name, array in arrays.items())
        raise TypeError(f"labels must be all strings or all numbers; got {got}")


def _comparable(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers as integers of at most int64, or Python ints beyond it; strings as they are."""
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        return array.astype(object)
    if array.dtype == np.uint64 or array.dtype.kind == "f":
        return array.astype(np.int64)
    return array
