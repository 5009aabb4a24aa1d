"""When two results count as equal.

A student may compute in float32, return lists, or add in another order: none of that is a mistake.
A wrong shape is one, even where the numbers would broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def is_numeric(value: Any) -> bool:
    """Return whether a value is an array of real numbers or booleans."""
    return value is not None and np.asarray(value).dtype.kind in "biuf"


def agree(got: Any, expected: Any) -> bool:
    """Return whether a result has the expected shape and, up to rounding, the expected numbers."""
    if not is_numeric(got) or not is_numeric(expected):
        return False
    return np.shape(got) == np.shape(expected) and _close(got, expected, expected)


def same_mistake(got: Any, mutant: Any, expected: Any) -> bool:
    """Return whether a wrong result is the result of a mutant.

    Both are broadcast to the expected shape, so that one number and an array filled with that
    number are the same mistake.
    """
    if not is_numeric(got) or not is_numeric(mutant):
        return False
    if np.shape(got) != np.shape(mutant):
        try:
            got, mutant = (np.broadcast_to(a, np.shape(expected)) for a in (got, mutant))
        except ValueError:
            return False
    return _close(got, mutant, expected)


def _close(got: Any, wanted: Any, expected: Any) -> bool:
    """Return whether two arrays agree within the rounding errors of numbers of this size."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    rtol = 1e-3 if got.dtype in (np.float32, np.float16) else 1e-7
    atol = max(rtol * _largest(wanted), 1e-14 * _largest(np.asarray(expected)), 1e-14)
    return bool(np.allclose(got, wanted, rtol=rtol, atol=atol, equal_nan=True))


def _largest(a: np.ndarray[Any, Any]) -> float:
    return float(np.max(np.abs(a[np.isfinite(a)]), initial=0.0))
