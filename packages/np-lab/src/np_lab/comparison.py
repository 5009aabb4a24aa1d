"""When two results count as equal.

A student may compute in float32, return lists, or add in another order: none of that is a mistake.
A wrong shape is one, even where the numbers would broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def tolerance(got: np.ndarray[Any, Any]) -> float:
    """Return the relative error that rounding explains in the dtype of a result."""
    return 1e-3 if got.dtype in (np.float32, np.float16) else 1e-7


def agree(got: Any, expected: Any) -> bool:
    """Return whether a result has the expected shape and, up to rounding, the expected numbers."""
    if got is None:
        return False
    got, expected = np.asarray(got), np.asarray(expected)
    if got.dtype.kind not in "biuf" or got.shape != expected.shape:
        return False
    return _close(got, expected)


def same_mistake(got: Any, mutant: Any, expected: Any) -> bool:
    """Return whether a wrong result is the result of a mutant.

    Both are broadcast to the expected shape first, so that one number and an array filled with
    that number are the same mistake. A mutant that is right by accident on a case agrees there
    with the expected numbers, and so must the result.
    """
    if got is None or mutant is None:
        return got is mutant
    got, mutant = np.asarray(got), np.asarray(mutant)
    if got.dtype.kind not in "biuf":
        return False
    shape = np.shape(expected)
    if got.shape != mutant.shape:
        try:
            got, mutant = np.broadcast_to(got, shape), np.broadcast_to(mutant, shape)
        except ValueError:
            return False
    return _close(got, mutant)


def _close(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> bool:
    rtol = tolerance(got)
    scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)
    return bool(np.allclose(got, expected, rtol=rtol, atol=rtol * float(scale), equal_nan=True))
