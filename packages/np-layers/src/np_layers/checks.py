"""Checks of constructor arguments that several layers share."""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any


def positive_int(name: str, value: Any) -> int:
    """Return ``value`` as int, or raise TypeError (no integer) or ValueError (below 1)."""
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
    """Return ``value`` as float, or raise TypeError (no number) or ValueError (negative, NaN)."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be finite and not negative, got {value!r}")
    return number
