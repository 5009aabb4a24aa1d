"""Checks of options and of dictionaries of arrays.

Every message states the rule, the value received and the likely fix.
"""

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ARRAYS = np.ndarray, np.floating  # arithmetic turns 0-d arrays into scalars
FLOATS = np.dtype(np.float32), np.dtype(np.float64)


def number(name: str, value: float, low: float, high: float = math.inf) -> float:
    """Return ``value`` as a finite float in the closed interval from ``low`` to ``high``."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}; pass a float")
    if not (low <= value <= high and math.isfinite(value)):
        bounds = f"at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
        raise ValueError(f"{name} must be finite and {bounds}, got {value!r}; choose a value there")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return ``value`` as a float above 0."""
    if number(name, value, 0.0) == 0:
        raise ValueError(f"{name} must be above 0, got {value!r}; choose a small positive value")
    return float(value)


def below_one(name: str, value: float) -> float:
    """Return ``value`` as a float in the half-open interval [0, 1)."""
    if number(name, value, 0.0, 1.0) == 1:
        raise ValueError(
            f"{name} must be below 1, got {value!r}; 1 would keep the first value for ever"
        )
    return float(value)


def pair(name: str, values: tuple[float, float]) -> tuple[float, float]:
    """Return two decay rates, each in [0, 1)."""
    if not isinstance(values, tuple | list) or len(values) != 2:
        raise ValueError(f"{name} must be two numbers, got {values!r}; pass (first, second)")
    return below_one(f"{name}[0]", values[0]), below_one(f"{name}[1]", values[1])


def count(name: str, value: int, low: int = 1) -> int:
    """Return ``value`` as an int of at least ``low``."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}; pass an int")
    if value < low:
        raise ValueError(f"{name} must be at least {low}, got {value!r}; count in steps")
    return int(value)


def nonzero(value: float, dtype: np.dtype[Any]) -> float:
    """Return ``value``, or the smallest number of the dtype above 0 if ``value`` rounds to 0.

    An ε that rounds to 0 would give 0 / 0 where a gradient is 0.
    """
    return value if dtype.type(value) > 0 else float(np.nextafter(dtype.type(0), dtype.type(1)))


def real_arrays(what: str, arrays: Mapping[str, Array], *, written: bool = False) -> None:
    """Raise unless ``arrays`` maps names to float32 or float64 arrays, writeable if ``written``."""
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
        if written and not array.flags.writeable:
            raise ValueError(
                f"{what}[{key!r}] must be writeable, got a read-only array; pass a copy of it"
            )


def same_arrays(what: str, arrays: Mapping[str, Array], model: Mapping[str, Array]) -> None:
    """Raise unless ``arrays`` has the keys, shapes and dtypes of ``model``."""
    for key, array in model.items():
        if key not in arrays:
            raise KeyError(f"{what} must have the key {key!r}, got {list(arrays)!r}; add it")
        same_shape_and_dtype(f"{what}[{key!r}]", arrays[key], array)
    for key in arrays:
        if key not in model:
            raise KeyError(f"{what} must have only the keys {list(model)!r}, got {key!r}; drop it")


def same_shape_and_dtype(name: str, array: Array, model: Array) -> None:
    """Raise unless ``array`` has the shape and dtype of ``model``."""
    if array.shape != model.shape or array.dtype != model.dtype:
        raise ValueError(
            f"{name} must be {model.dtype} of shape {model.shape}, "
            f"got {array.dtype} of shape {array.shape}; were two models mixed?"
        )


def all_finite(what: str, arrays: Mapping[str, Array]) -> None:
    """Raise FloatingPointError if an array contains NaN or infinity."""
    for key, array in arrays.items():
        # The sum of squares is the cheapest pass over an array. If it is finite, all elements are.
        # If it is not, it may have overflowed: look at each element then.
        flat = array.ravel(order="K")
        if not (math.isfinite(np.vdot(flat, flat)) or np.isfinite(flat).all()):
            raise FloatingPointError(
                f"{what}[{key!r}] must be finite, got NaN or infinity; nothing was changed, "
                "lower the learning rate or clip the gradients"
            )
