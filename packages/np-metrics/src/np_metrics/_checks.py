"""Checks of arguments.

Every metric passes its arguments to these functions and computes with the arrays that they return.
Every message states the rule, the value received and, where there is one, the likely fix.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def one_of(name: str, value: object, choices: Collection[object]) -> None:
    """Raise ValueError unless ``value`` is one of ``choices``."""
    if not (value is None or isinstance(value, str)) or value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")


def integer(name: str, value: object, *, minimum: int) -> int:
    """Return ``value`` as an int of at least ``minimum``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, got {value!r} of {type(value).__name__}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value!r}")
    return int(value)


def zero_division_value(zero_division: float) -> float:
    """Return the value of 0/0: 0.0, 1.0 or nan."""
    if zero_division not in (0, 1) and zero_division == zero_division:  # nan differs from itself
        raise ValueError(f"zero_division must be 0, 1 or nan, got {zero_division!r}")
    return float(zero_division)


def same_length(**arrays: NDArray[Any]) -> None:
    """Raise ValueError, naming every length, unless all arrays have the same number of rows."""
    if len({len(array) for array in arrays.values()}) > 1:
        got = ", ".join(f"len({name})={len(array)}" for name, array in arrays.items())
        raise ValueError(f"{' and '.join(arrays)} must describe the same samples, got {got}")


def label_array(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return labels as a 1-D array of strings or of integers.

    Booleans, whole floats and uint64 become other integers, so that labels of any two kinds can be
    compared: int64 or smaller, or Python integers in an array of objects.
    """
    array = np.asarray(values)
    if array.dtype.kind in "Uf" and isinstance(values, (list, tuple)):
        array = np.asarray(values, dtype=object)  # NumPy turns ["a", nan] into ["a", "nan"]
    if array.ndim == 0:
        raise TypeError(f"{name} must be an array of labels, got {values!r}")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"{name} must hold one label per sample, shape (N,), got shape {array.shape}; "
            f"for one-hot or probability rows use {name}.argmax(axis=1)"
        )
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one label, got shape {array.shape}")
    if array.dtype.kind in "OT":
        array = _from_objects(name, array.tolist())
    if array.dtype.kind == "f":
        return _from_floats(name, array.astype(np.float64))
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype == np.uint64:
        return array.astype(object if array.max() > np.iinfo(np.int64).max else np.int64)
    if array.dtype.kind not in "iuU":
        raise TypeError(f"{name} must hold integers or strings, got dtype {array.dtype}")
    return array


def _from_objects(name: str, items: list[Any]) -> NDArray[Any]:
    """Return an array of the kind that all Python objects have in common."""
    kinds: list[tuple[tuple[type, ...], type]] = [
        ((str,), np.str_),
        ((int, np.integer, np.bool_), np.int64),
        ((int, float, np.number, np.bool_), np.float64),
    ]
    for types, dtype in kinds:
        if all(isinstance(item, types) for item in items):
            return np.asarray(items, dtype=dtype)
    got = ", ".join(sorted({type(item).__name__ for item in items}))
    raise TypeError(f"{name} must hold integers only or strings only, got {got}")


def _from_floats(name: str, array: NDArray[np.float64]) -> NDArray[np.int64]:
    bad = ~(np.abs(array) < 2**53) | (array != np.trunc(array))
    if bad.any():
        index = int(np.argmax(bad))
        raise ValueError(
            f"{name} must hold class ids, whole numbers and not NaN, got {array[index].item()!r} "
            f"at index {index}; turn scores or probabilities into labels first"
        )
    return array.astype(np.int64)


def weight_array(
    sample_weight: ArrayLike | None, n: int, *, all_zero: bool = False
) -> NDArray[Any] | None:
    """Return weights of shape (N,), finite and not negative; ``all_zero`` allows only zeros.

    Integer weights become int64 if every sum of them is exact in float64, else float64.
    """
    if sample_weight is None:
        return None
    array = np.asarray(sample_weight)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"sample_weight must hold numbers, got dtype {array.dtype}")
    if array.shape != (n,):
        raise ValueError(f"sample_weight must have shape ({n},), got {array.shape}")
    bad = ~((array >= 0) & np.isfinite(array))
    if bad.any():
        index = int(np.argmax(bad))
        raise ValueError(
            "sample_weight must be finite and not negative, "
            f"got {array[index].item()!r} at index {index}"
        )
    if not all_zero and not array.any():
        raise ValueError("sample_weight must not be zero for every sample, got only zeros")
    exact = array.dtype.kind != "f" and array.sum(dtype=np.float64) < 2**53
    return array.astype(np.int64 if exact else np.float64, copy=False)


def number_array(name: str, values: ArrayLike, *, ndim: tuple[int, ...]) -> NDArray[Any]:
    """Return finite real numbers in their own dtype: float64 would make large integers equal."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.ndim not in ndim:
        shapes = " or ".join({1: "(N,)", 2: "(N, K)"}[d] for d in ndim)
        raise ValueError(f"{name} must have shape {shapes}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got shape {array.shape}")
    finite = np.isfinite(array)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name} must be finite, got {array[index].item()!r} at index {index}")
    return array


def scored_samples(
    y_true: ArrayLike,
    y_score: ArrayLike,
    sample_weight: ArrayLike | None,
    *,
    ndim: tuple[int, ...] = (1, 2),
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    """Return true labels, scores and weights of the same samples."""
    true = label_array("y_true", y_true)
    scores = number_array("y_score", y_score, ndim=ndim)
    same_length(y_true=true, y_score=scores)
    return true, scores, weight_array(sample_weight, len(true))


def probability_array(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return probabilities, (N,) of one class or (N, K) rows that each sum to 1."""
    array = number_array(name, values, ndim=(1, 2))
    array = array if array.dtype.kind == "f" else array.astype(np.float64)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(
            f"{name} must lie in [0, 1], got values from {array.min().item()!r} to "
            f"{array.max().item()!r}; apply softmax or sigmoid to logits first"
        )
    if array.ndim == 2 and array.shape[1] > 1:
        # Rows that were computed in float16 or float32 miss 1 by about K roundings, also after a
        # cast to float64. So the values decide the tolerance, not the dtype.
        with np.errstate(under="ignore"):
            half = (array.astype(np.float16) == array).all()
        eps = float(np.finfo(np.float16 if half else np.float32).eps)
        tolerance = max(1e-5, array.shape[1] * eps)
        sums = array.sum(axis=1, dtype=np.float64)
        off = np.abs(sums - 1) > tolerance
        if off.any():
            row = int(np.argmax(off))
            raise ValueError(
                f"rows of {name} must sum to 1, got {sums[row].item()!r} in row {row}; "
                "apply softmax to logits first"
            )
    return array


def reduced(values: NDArray[Any], weights: NDArray[Any] | None, reduction: str) -> float:
    """Return the weighted mean or the weighted sum of one value per sample."""
    one_of("reduction", reduction, ("mean", "sum"))
    if weights is not None:
        total = float(np.dot(weights, values))
    elif values.dtype == np.bool_:
        total = float(np.count_nonzero(values))
    else:
        total = float(np.sum(values))
    if reduction == "sum":
        return total
    return total / (len(values) if weights is None else float(weights.sum()))
