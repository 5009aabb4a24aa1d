"""Labels of any kind become codes 0 … K-1, the form in which everything is counted.

Small integer ids need no search: a code is the id minus the smallest id. All other labels, such as
strings or ids that lie far apart, are looked up in the sorted array of distinct labels.
Both ways yield the same counts, because a code that no label has is never chosen.
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
    y_true: NDArray[np.intp]  # (N,)
    y_pred: NDArray[np.intp]  # (N,)
    chosen: NDArray[np.intp]  # codes of `labels` in their order, or of all labels that occur

    @property
    def chosen_labels(self) -> NDArray[Any]:
        """The labels that index the result, in the order of the result."""
        return self.classes[self.chosen]


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
        raise ValueError(f"{name} must not repeat a label; got {values[counts > 1][0]!r} twice")
    return array


def encode(y_true: ArrayLike, y_pred: ArrayLike, labels: ArrayLike | None = None) -> Codes:
    """Write both label arrays in codes and choose the codes that a result is indexed by."""
    true, pred = label_pair(y_true, y_pred)
    if labels is None:
        parts = [true, pred]
    else:
        wanted = distinct_labels("labels", labels)
        _check_same_kind(y_true=true, labels=wanted)
        parts = [true, pred, wanted]
    if all(part.dtype == np.int64 for part in parts):
        low = min(int(part.min()) for part in parts)
        high = max(int(part.max()) for part in parts)
        # a table of counts per pair of codes must not outgrow the samples
        if high - low < max(256, isqrt(len(true))):
            return _encode_by_offset(parts, low, high)
    return _encode_by_search(parts)


def _encode_by_offset(parts: list[NDArray[Any]], low: int, high: int) -> Codes:
    classes = np.arange(low, high + 1)
    true, pred, *wanted = [part - low if low else part for part in parts]
    if wanted:
        return Codes(classes, true, pred, wanted[0])
    occurs = np.bincount(true, minlength=len(classes)) + np.bincount(pred, minlength=len(classes))
    return Codes(classes, true, pred, np.flatnonzero(occurs))


def _encode_by_search(parts: list[NDArray[Any]]) -> Codes:
    classes, codes = np.unique(np.concatenate(parts), return_inverse=True)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    true, pred, *wanted = np.split(codes, ends)
    return Codes(classes, true, pred, wanted[0] if wanted else np.arange(len(classes)))


def _check_same_kind(**arrays: NDArray[Any]) -> None:
    if len({array.dtype.kind == "U" for array in arrays.values()}) > 1:
        got = ", ".join(f"{name} of dtype {array.dtype}" for name, array in arrays.items())
        raise TypeError(f"labels must be all strings or all numbers; got {got}")


def _comparable(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers as int64, or as Python ints where int64 is too small; strings as they are."""
    if array.dtype.kind in "UO":
        return array
    if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        return array.astype(object)
    return array.astype(np.int64, copy=False)
