"""Checks of hyperparameters and of the dictionaries given to a step.

Every check runs before anything is written, and every message holds the rule, what was got
and the likely fix.
"""

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_optim._blocks import is_finite

Array = NDArray[Any]

ARRAYS = np.ndarray, np.floating  # arithmetic makes scalars of 0-d arrays
FLOATS = np.dtype(np.float32), np.dtype(np.float64)


def number(name: str, value: float, low: float, high: float = math.inf) -> float:
    """Return `value` as a float in the closed interval from `low` to `high`, never infinite."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}; pass a float")
    if not (low <= value <= high and math.isfinite(value)):
        bounds = f"at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
        raise ValueError(f"{name} must be finite and {bounds}, got {value!r}; choose a value there")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return `value` as a float above 0."""
    if number(name, value, 0.0) == 0:
        raise ValueError(f"{name} must be above 0, got {value!r}; choose a small positive value")
    return float(value)


def below_one(name: str, value: float) -> float:
    """Return `value` as a float in the half-open interval [0, 1)."""
    if number(name, value, 0.0, 1.0) == 1:
        raise ValueError(f"{name} must be below 1, got {value!r}; 1 would never forget")
    return float(value)


def pair(name: str, values: tuple[float, float]) -> tuple[float, float]:
    """Return two decay rates, each in [0, 1)."""
    if not isinstance(values, tuple | list):
        raise TypeError(f"{name} must be a pair, got {values!r}; pass a tuple of two floats")
    if len(values) != 2:
        raise ValueError(f"{name} must hold two numbers, got {values!r}; pass (first, second)")
    return below_one(f"{name}[0]", values[0]), below_one(f"{name}[1]", values[1])


def count(name: str, value: int, low: int = 1) -> int:
    """Return `value` as an int of at least `low`."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}; pass an int")
    if value < low:
        raise ValueError(f"{name} must be at least {low}, got {value!r}; count in steps")
    return int(value)


def real_arrays(what: str, arrays: Mapping[str, Array]) -> None:
    """Raise unless `arrays` maps names to float32 or float64 arrays."""
    if not isinstance(arrays, Mapping):
        raise TypeError(f"{what} must be a dict of arrays, got {arrays!r}; pass name -> array")
    for key, array in arrays.items():
        if not isinstance(array, ARRAYS):
            raise TypeError(f"{what}[{key!r}] must be a NumPy array, got {array!r}; convert it")
        if array.dtype not in FLOATS:
            raise ValueError(
                f"{what}[{key!r}] must be native float32 or float64, got {array.dtype!r}; "
                "convert it with .astype(np.float32)"
            )


def writeable(what: str, arrays: Mapping[str, Array]) -> None:
    """Raise if an array that is about to be written is read-only."""
    for key, array in arrays.items():
        if not array.flags.writeable:
            raise ValueError(
                f"{what}[{key!r}] must be writeable, got a read-only array; pass a copy of it"
            )


def same_arrays(what: str, arrays: Mapping[str, Array], model: Mapping[str, Array]) -> None:
    """Raise unless `arrays` has the keys, shapes and dtypes of `model`."""
    for key, array in model.items():
        if key not in arrays:
            raise KeyError(f"{what} must have the key {key!r}, got {list(arrays)!r}; add it")
        other = arrays[key]
        if other.shape != array.shape or other.dtype != array.dtype:
            raise ValueError(
                f"{what}[{key!r}] must be {array.dtype} of shape {array.shape}, "
                f"got {other.dtype} of shape {other.shape}; were two models mixed?"
            )
    for key in arrays:
        if key not in model:
            raise KeyError(f"{what} has the unknown key {key!r}, expected {list(model)!r}; drop it")


def all_finite(what: str, arrays: Mapping[str, Array]) -> None:
    """Raise FloatingPointError if an array holds NaN or an infinity."""
    for key, array in arrays.items():
        if not is_finite(array):
            raise FloatingPointError(
                f"{what}[{key!r}] must be finite, got NaN or infinity; nothing was changed, "
                "lower the learning rate or clip the gradients"
            )
