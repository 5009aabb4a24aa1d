"""Checks of arguments that layers and losses share."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from np_layers._types import Array, Shape


def positive_int(name: str, value: Any) -> int:
    """Return ``value`` as int; TypeError if it is not an integer, ValueError if it is below 1."""
    if isinstance(value, bool):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    try:
        number = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, got {value!r}") from error
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")
    return number


def not_negative(name: str, value: Any) -> float:
    """Return ``value`` as float; TypeError if it is not a number, ValueError if negative or NaN."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be finite and not negative, got {value!r}")
    return number


def sample_shape(name: str, value: Any) -> Shape:
    """Return the shape of one sample as a tuple of positive integers; 784 means (784,)."""
    sizes = value if isinstance(value, (tuple, list)) else (value,)
    if len(sizes) == 0:
        raise ValueError(f"{name} must have at least one size, got (); a single number is (1,)")
    return tuple(positive_int(f"each size in {name}", size) for size in sizes)


def shape_message(layer: str, expected: Shape, got: Shape) -> str:
    """Return the message for x of shape ``got`` where samples have the shape ``expected``."""
    inner = "".join(f", {size}" for size in expected)
    message = f"{layer} expects x of shape (batch{inner}), got {got}"
    if got == expected:
        return f"{message}; one sample needs a batch axis: x[None]"
    if len(got) == 0 or math.prod(got[1:]) != math.prod(expected):
        return f"{message}; check input_shape= of the model against the data"
    if len(expected) == 3 and got[-1] == expected[0] != expected[-1]:
        reshape = "" if len(got) == 4 else f".reshape(len(x){inner})"
        return f"{message}; the channels are last, so np.moveaxis(x, -1, 1){reshape} may be meant"
    if sorted(got[1:]) == sorted(expected):
        return f"{message}; the axes are in another order, so np.transpose may be meant"
    return f"{message}; the sizes agree, so x.reshape(len(x){inner}) may be meant"


def checked_state(state: Mapping[str, Array], live: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays of ``state`` in the order of ``live``, checked against those.

    Raises
    ------
    KeyError
        If a name is missing or unknown.
    ValueError
        If a shape or dtype differs.
    """
    missing, unknown = sorted(live.keys() - state.keys()), sorted(state.keys() - live.keys())
    if missing or unknown:
        raise KeyError(
            f"a state has the names of the model, got missing {missing}, unknown {unknown}; "
            "is it the state of another architecture?"
        )
    given = {name: np.asarray(state[name]) for name in live}
    for name, array in live.items():
        if given[name].shape != array.shape:
            raise ValueError(
                f"{name!r} must have shape {array.shape}, got {given[name].shape}; "
                "is it the state of another architecture?"
            )
        if not np.can_cast(given[name].dtype, array.dtype, "equiv"):
            raise ValueError(
                f"{name!r} must have dtype {array.dtype}, got {given[name].dtype}; "
                f"convert it with .astype(numpy.{array.dtype}) if that is meant"
            )
    return given


def class_targets(targets: ArrayLike, logits: Array) -> Array:
    """Return checked targets: class ids (batch,) or probability rows (batch, classes).

    Raises
    ------
    ValueError
        If the shape does not fit, an id is not a class, or a row is not a distribution.
    TypeError
        If one-dimensional targets are not integers.
    """
    targets = np.asarray(targets)
    batch, classes = logits.shape
    if targets.shape == (batch, classes):
        return _distributions(targets)
    if targets.shape != (batch,):
        hint = "; targets[:, 0] may be meant" if targets.shape == (batch, 1) else ""
        raise ValueError(
            f"targets must have shape ({batch},) or ({batch}, {classes}), got {targets.shape}{hint}"
        )
    if targets.dtype.kind not in "iu":
        raise TypeError(
            f"class ids must be integers, got dtype {targets.dtype}; use targets.astype(int)"
        )
    if batch and (int(targets.max()) >= classes or int(targets.min()) < 0):
        rule = f"class ids must be 0 … {classes - 1}"
        if targets.min() == 1 and targets.max() == classes:
            raise ValueError(f"{rule}, got 1 … {classes}; subtract 1: targets - 1")
        row = int(np.argmax((targets < 0) | (targets >= classes)))
        raise ValueError(
            f"{rule}, got {targets[row]} in row {row}; the last layer needs one unit per class"
        )
    return targets


def one_hot_rows(targets: Array, logits: Array) -> Array:
    """Return checked targets as rows (batch, classes) in the dtype of the logits."""
    if targets.ndim == 2:
        return targets.astype(logits.dtype, copy=False)
    rows = np.zeros(logits.shape, logits.dtype)
    rows[np.arange(len(targets)), targets] = 1
    return rows


def same_shape(targets: ArrayLike, predictions: Array) -> Array:
    """Return the targets; ValueError if their shape is not that of the predictions."""
    targets = np.asarray(targets)
    if targets.shape != predictions.shape:
        long_axes = [
            [size for size in shape if size != 1] for shape in (targets.shape, predictions.shape)
        ]
        hint = f"; targets.reshape{predictions.shape} may be meant"
        raise ValueError(
            f"targets must have the predictions' shape {predictions.shape}, "
            f"got {targets.shape}{hint if long_axes[0] == long_axes[1] else ''}"
        )
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"targets must be real numbers, got an array of dtype {targets.dtype}")
    return targets


def _distributions(targets: Array) -> Array:
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"probability rows must be numbers, got dtype {targets.dtype}")
    sums = np.sum(targets, axis=1, dtype=np.float64)
    wrong = ~((np.abs(sums - 1) < 1e-3) & np.all(targets >= 0, axis=1))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"each row of targets must be a distribution (not negative, sum 1), "
            f"got {targets[row].tolist()} in row {row}"
        )
    return targets
