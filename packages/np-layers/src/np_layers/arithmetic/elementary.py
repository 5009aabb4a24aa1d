"""Exponential, logarithm and related functions, with the same bits on every machine.

The C library's functions, and NumPy's own, differ in the last bits from processor to processor.
Here each is a range reduction and a polynomial, computed with operations whose every bit IEEE 754
defines. They are in float64, one NumPy call for each, so that no compiler can fuse two of them. The
result is rounded to the dtype of the argument. Errors are below one unit in the last place for
float32 and a few units for float64. A result below the smallest normal number is zero.

References
----------
Muller, "Elementary functions: algorithms and implementation", 3rd edition, 2016.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from np_layers._types import Array

BLOCK = 8192  # elements at once: their float64 temporaries stay in a first- or second-level cache

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.693147180369123816490  # 32 bits of ln 2, so that k · LN2_HIGH is exact for |k| < 2**20
LN2_LOW = 1.90821492927058770002e-10
SMALLEST_NORMAL = {np.dtype(np.float32): 2.0**-126, np.dtype(np.float64): 2.0**-1022}
EXP_TERMS = {np.dtype(np.float32): 10, np.dtype(np.float64): 14}
LOG_TERMS = {np.dtype(np.float32): 7, np.dtype(np.float64): 11}

DType: TypeAlias = np.dtype[Any]
Function: TypeAlias = Callable[..., Array]


def by_block(function: Callable[[Array, DType], Array]) -> Function:
    """Make a function of float64 blocks into one of arrays of any shape and floating dtype."""

    @functools.wraps(function)
    def apply(x: Array, *, out: Array | None = None) -> Array:
        x = np.asarray(x)
        if out is None:
            out = np.empty(x.shape, x.dtype)
        flat = np.ascontiguousarray(x).reshape(-1)
        result = out.reshape(-1) if out.flags.c_contiguous else np.empty(x.size, out.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, x.size, BLOCK):
                block = flat[start : start + BLOCK].astype(np.float64)
                result[start : start + BLOCK] = function(block, x.dtype)
        if not out.flags.c_contiguous:
            out[...] = result.reshape(out.shape)
        return out

    return apply


@by_block
def exp(x: Array, dtype: DType) -> Array:
    """Return eˣ.

    x = k ln 2 + r with |r| ≤ ln 2 / 2, so eˣ = 2ᵏ (1 + (eʳ − 1)). eʳ − 1 is a Taylor polynomial.

    Examples
    --------
    >>> exp(np.array([0.0, 1.0, -1e4, np.inf]))
    array([1.        , 2.71828183, 0.        ,        inf])
    """
    return exp_of_block(x, dtype)


@by_block
def expm1(x: Array, dtype: DType) -> Array:
    """Return eˣ − 1, accurate also where eˣ is close to 1.

    Examples
    --------
    >>> expm1(np.array([1e-20, 1.0]))
    array([1.00000000e-20, 1.71828183e+00])
    """
    return _expm1(x, dtype)


@by_block
def log(x: Array, dtype: DType) -> Array:
    """Return the natural logarithm.

    x = 2ᵏ m with m in [√½, √2), and log m = 2 artanh(f) = 2 (f + f³/3 + f⁵/5 + …) with
    f = (m − 1) / (m + 1).

    Examples
    --------
    >>> log(np.array([1.0, 0.0, 2.0, np.inf]))
    array([0.        ,       -inf, 0.69314718,        inf])
    """
    return _log(x, dtype)


@by_block
def log1p(x: Array, dtype: DType) -> Array:
    """Return log(1 + x), accurate also for small x: the rounding error of 1 + x is added.

    Examples
    --------
    >>> log1p(np.array([1e-20, 1.0]))
    array([1.00000000e-20, 6.93147181e-01])
    """
    return _log1p(x, dtype)


@by_block
def tanh(x: Array, dtype: DType) -> Array:
    """Return tanh(x) = −sign(x) · e / (e + 2) with e = exp(−2 |x|) − 1.

    Examples
    --------
    >>> tanh(np.array([-1e4, 0.0, 0.5]))
    array([-1.        ,  0.        ,  0.46211716])
    """
    e = _expm1(np.abs(x) * -2, dtype)
    y: Array = e / (e + 2)
    return np.where(x > 0, -y, y)


@by_block
def sigmoid(x: Array, dtype: DType) -> Array:
    """Return σ(x) = 1 / (1 + exp(−x)) as exp(min(x, 0)) / (1 + exp(−|x|)).

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    e = exp_of_block(-np.abs(x), dtype)
    y: Array = np.where(x < 0, e, 1.0) / (1 + e)
    return y


@by_block
def softplus(x: Array, dtype: DType) -> Array:
    """Return log(1 + eˣ) as max(x, 0) + log(1 + exp(−|x|)).

    Examples
    --------
    >>> softplus(np.array([-1e4, 0.0, 1e4]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+04])
    """
    e = exp_of_block(-np.abs(x), dtype)
    return _log1p(e, dtype) + np.where(x > 0, x, 0.0)


@by_block
def sqrt(x: Array, dtype: DType) -> Array:
    """Return √x, computed in float64: float32 roots differ on 32-bit Arm."""
    return np.sqrt(x)


def _horner(x: Array, coefficients: list[float]) -> Array:
    """Return Σ_n coefficients[n] xⁿ, lowest order first."""
    y = np.full_like(x, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        y *= x
        y += c
    return y


def _reduce(x: Array, dtype: DType) -> tuple[Array, Array]:
    """Return the integers k (as floats) and eʳ − 1, where x = k ln 2 + r."""
    k = np.rint(np.minimum(np.maximum(x, -1100), 1100) * LOG2_E)
    r = x - k * LN2_HIGH
    r -= k * LN2_LOW
    s = _horner(r, [1 / math.factorial(n) for n in range(1, EXP_TERMS[dtype])])
    s *= r
    return k, s


def _scale(y: Array, k: Array) -> Array:
    """Return y · 2ᵏ for |k| < 2000, in two steps so that no factor overflows."""
    exponent = np.where(np.isnan(k), 0, k).astype(np.int64)
    half = exponent >> 1
    y = y * _power_of_two(half)
    y *= _power_of_two(exponent - half)
    return y


def _power_of_two(exponent: Array) -> Array:
    """Return 2 to the power of integers below 1023, written into the bits of a float64."""
    bits: Array = (exponent + 1023) << 52
    return bits.view(np.float64)


def exp_of_block(x: Array, dtype: DType) -> Array:
    """Return eˣ of float64 numbers, zero where it is subnormal in ``dtype``."""
    k, s = _reduce(x, dtype)
    y = _scale(s + 1, k)
    y = np.where(y < SMALLEST_NORMAL[dtype], 0.0, y)
    y = np.where(x == -np.inf, 0.0, y)
    return np.where(x == np.inf, np.inf, y)


def _expm1(x: Array, dtype: DType) -> Array:
    """Return eˣ − 1 = 2ᵏ (eʳ − 1) + (2ᵏ − 1)."""
    k, s = _reduce(x, dtype)
    one = np.ones_like(s)
    y = _scale(s, k) + (_scale(one, k) - 1)
    y = np.where(x < -800, -1.0, y)
    return np.where(x > 800, np.inf, y)


def _log(x: Array, dtype: DType) -> Array:
    m, k = np.frexp(x)  # m in [½, 1)
    low = m < math.sqrt(0.5)
    m = np.where(low, m * 2, m)
    k = (k - low).astype(np.float64)
    f = (m - 1) / (m + 1)
    s = f * f
    series = _horner(s, [2 / (2 * n + 1) for n in range(1, LOG_TERMS[dtype])])
    series *= s
    series *= f
    series += k * LN2_LOW
    series += 2 * f
    y = series + k * LN2_HIGH
    y = np.where(x == 0, -np.inf, y)
    y = np.where(x == np.inf, np.inf, y)
    return np.where(x < 0, np.nan, y)


def _log1p(x: Array, dtype: DType) -> Array:
    u = 1 + x
    lost = (x - (u - 1)) / u
    y = _log(u, dtype) + np.where(np.isfinite(lost), lost, 0)
    return np.where(np.abs(x) < 2.0**-54, x, y)
