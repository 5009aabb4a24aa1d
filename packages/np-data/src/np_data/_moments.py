"""Mean and standard deviation of rows, with the same bits on every version of NumPy.

Integers of 8 and 16 bits are summed exactly. Floats are summed in double precision along the rows,
in an order that no version of NumPy has changed. The sums of the features are then added exactly
(Shewchuk, "Adaptive precision floating-point arithmetic", 1997). If all values are equal, the mean
is that value and the deviation is zero.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROWS = 512  # rows converted at once: they fit into the cache, and a memory map needs little memory


def mean_and_std(x: NDArray[Any], *, per_feature: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return mean and population standard deviation as float64.

    With ``per_feature`` they have the shape of a row of ``x``, else the shape ``()``. ValueError if
    ``x`` is empty or has values that are not finite.
    """
    if x.ndim == 0 or x.size == 0:
        raise ValueError(f"x must have at least one row and one feature, got the shape {x.shape}")
    exact = x.dtype.kind in "iu" and x.dtype.itemsize <= 2
    mean, variance = (_exact if exact else _rounded)(x, per_feature)
    shape = x.shape[1:] if per_feature else ()
    return np.reshape(mean, shape).astype(float), np.sqrt(np.reshape(variance, shape).astype(float))


def _exact(x: NDArray[Any], per_feature: bool) -> tuple[Any, Any]:
    """Compute Σx / n and (n Σx² - (Σx)²) / n² with Python's integers, each divided once."""
    sums = _column_sums(x, lambda chunk: chunk, np.int64)
    squares = _column_sums(x, lambda chunk: np.square(chunk, dtype=np.int64), np.int64)
    n = len(x)
    if not per_feature:
        sums, squares, n = sums.sum(), squares.sum(), x.size
    return sums / n, (n * squares - sums * sums) / (n * n)


def _rounded(x: NDArray[Any], per_feature: bool) -> tuple[Any, Any]:
    """Compute Σx / n and Σ(x - mean)² / n in double precision."""
    n = len(x) if per_feature else x.size
    with np.errstate(over="ignore", invalid="ignore"):
        sums = _column_sums(x, lambda chunk: chunk, np.float64)
    if not np.isfinite(sums.astype(float)).all():
        raise ValueError("x must be finite, got NaN or infinity; find them with np.isfinite(x)")
    mean = (sums if per_feature else math.fsum(sums)) / n
    first = x[:1].reshape(-1) if per_feature else x[:1].reshape(-1)[:1]
    equal = np.ones(first.shape, dtype=bool)  # whether all values equal the first one
    for start in range(0, len(x), _ROWS):
        equal &= (x[start : start + _ROWS].reshape(-1, first.size) == first).all(axis=0)
    centre = np.where(equal, first.astype(float) + 0.0, mean).astype(float)  # no -0.0
    squares = _column_sums(
        x, lambda chunk: np.square(np.subtract(chunk, centre, dtype=np.float64)), np.float64
    )
    return centre, (squares if per_feature else math.fsum(squares)) / n


def _column_sums(
    x: NDArray[Any], f: Callable[[NDArray[Any]], NDArray[Any]], dtype: type[np.generic]
) -> NDArray[Any]:
    """Return Σ f(row) as an object array of Python numbers, shape ``(features,)``."""
    total = np.zeros(x[:1].size, dtype=object)
    for start in range(0, len(x), _ROWS):
        chunk = x[start : start + _ROWS]
        total += f(chunk.reshape(len(chunk), -1)).sum(axis=0, dtype=dtype)
    return total
