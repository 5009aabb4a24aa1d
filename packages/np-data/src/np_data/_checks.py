"""Checks of arguments that several modules share."""

import operator
from typing import Any

import numpy as np


def check_integer(name: str, value: Any, minimum: int) -> int:
    """Return ``value`` as an int of at least ``minimum``; a bool is not an integer here."""
    if not hasattr(value, "__index__") or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    number = operator.index(value)
    if number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    return number


def check_choice(name: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """Return ``value`` if it is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def check_rng(rng: Any) -> None:
    """Raise TypeError unless ``rng`` is a NumPy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {rng!r}; use np.random.default_rng(seed)"
        )
