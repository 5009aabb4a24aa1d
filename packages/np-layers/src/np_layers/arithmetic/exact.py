"""Arithmetic with the same bits on every machine.

Products and sums are exact before one last rounding, so their order does not matter (`grid` has
the reasoning). Everything else uses operations that IEEE 754 fixes to the bit: + − × ÷ √ in
float64, comparisons, rounding to integers, casts. Exponential, logarithm and their relatives are
computed from those (`elementary`). NaN and infinities stay visible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from np_layers._types import Array
from np_layers.arithmetic import grid
from np_layers.arithmetic.elementary import (
    exp,
    expm1,
    log,
    log1p,
    normal_cdf,
    sigmoid,
    softplus,
    sqrt,
    tanh,
)
from np_layers.arithmetic.grid import Operand, samples, scratch, weights

__all__ = [
    "Operand",
    "bilinear",
    "exp",
    "expm1",
    "log",
    "log1p",
    "matmul",
    "matmul_transposed",
    "normal_cdf",
    "samples",
    "sigmoid",
    "softplus",
    "sqrt",
    "sum_of_products",
    "sum_of_samples",
    "tanh",
    "total",
    "weights",
]

# A sum of float32 numbers on such a grid is never subnormal.
LEAST_UNIT = {np.dtype(np.float32): 2.0**-126, np.dtype(np.float64): 2.0**-1022}

SUM_SLICES = {np.dtype(np.float32): 1, np.dtype(np.float64): 2}

Kernel = Callable[[Array, Array, Array], object]


def matmul(x: Operand, W: Operand, *, out: Array, bias: Array | None = None) -> Array:
    """Write x W + b into ``out``: samples (batch, K) times weights (K, units).

    Examples
    --------
    >>> x, W = np.array([[0.5, 0.25]], np.float32), np.array([[3], [4]], np.float32)
    >>> matmul(samples(x), weights(W, terms=2), out=np.empty((1, 1), np.float32))
    array([[2.5]], dtype=float32)
    """
    return bilinear(_matmul, x, W, out=out, bias=bias)


def matmul_transposed(G: Operand, W: Operand, *, out: Array) -> Array:
    """Write G Wᵀ into ``out``: samples (batch, units) times weights (K, units)."""
    return bilinear(lambda g, w, y: _matmul(g, w.T, y), G, W, out=out)


def bilinear(
    kernel: Kernel, x: Operand, W: Operand, *, out: Array, bias: Array | None = None
) -> Array:
    """Write a sum of products of samples and weights into ``out``, rounded once.

    Parameters
    ----------
    kernel
        ``kernel(x, W, y)`` writes into y, in any order, sums of products of an element of x and
        an element of W; all terms of one sum are of one sample.
    x, W
        What `samples` and `weights` returned.
    out
        Receives the sums in its own dtype.
    bias
        Is added to the sums; must broadcast against out.
    """
    sums = scratch("sums", out.shape)
    slices = _pairs(x.slices, W.slices)
    kernel(*next(slices), sums)
    for pair in slices:
        more = scratch("more sums", out.shape)
        kernel(*pair, more)
        sums += more
    return _rounded(sums, out, bias)


def sum_of_products(x: Operand, G: Operand, *, out: Array) -> Array:
    """Write xᵀ G, a sum over the batch, into ``out``: (batch, K) and (batch, units).

    Examples
    --------
    >>> x, G = np.array([[1], [2**-30]], np.float32), np.array([[2], [2**30]], np.float32)
    >>> sum_of_products(samples(x), samples(G), out=np.empty((1, 1), np.float32))
    array([[3.]], dtype=float32)
    """
    G = beside(x, G, terms=len(x.values))
    return bilinear(lambda a, g, y: _matmul(a.T, g, y), x, G, out=out)


def beside(x: Operand, G: Operand, *, terms: int) -> Operand:
    """Return G with the unit for each sample that makes a sum over samples of x · G exact.

    Term n of the sum is a multiple of unit_x[n] · unit_G[n]. Let |x_n| < s_n, |G_n| < t_n and
    S = max_n s_n t_n. Then the scale S / s_n of G_n is at least t_n, and makes the product of the
    units the same for all n.
    """
    s = x.scale.reshape(-1, *[1] * (G.values.ndim - 1))
    S = np.max(s * G.scale, initial=0)
    return Operand(G.values, S / s, grid.bits_beside_samples(terms), scratch)


def total(x: Array, axis: int | tuple[int, ...], *, out: Array | None = None) -> Array:
    """Return the sum along ``axis``, exact up to one rounding to the dtype of x.

    Each sum has a grid of its own, 53 − ⌈log₂ terms⌉ bits below its largest term.

    Examples
    --------
    >>> x = np.array([[1e9], [1.0], [-1e9]], np.float32)
    >>> total(x, axis=0), total(x[::-1], axis=0)
    (array([1.], dtype=float32), array([1.], dtype=float32))
    """
    axes = tuple(a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis))
    if out is None:
        out = np.empty([n for a, n in enumerate(x.shape) if a not in axes], x.dtype)
    if x.size == 0:
        out[...] = 0
        return out
    return _total(x, axes, grid.scales(x, axes), out)


def sum_of_samples(G: Operand, *, out: Array) -> Array:
    """Write Σ_n G[n], over the batch and over all axes but the second, into ``out``.

    The sibling of `sum_of_products` with x = 1: the gradient of a bias. All of G has one grid.

    Examples
    --------
    >>> sum_of_samples(samples(np.ones((3, 2))), out=np.empty(2))
    array([3., 3.])
    """
    axes = (0, *range(2, G.values.ndim))
    if G.values.size == 0:
        out[...] = 0
        return out
    return _total(G.values, axes, np.max(G.scale), out)


def _total(x: Array, axes: tuple[int, ...], scale: Array, out: Array) -> Array:
    terms = math.prod(x.shape[a] for a in axes)
    bits = min(51, grid.SUM_BITS - (terms - 1).bit_length())
    sums, rest = np.float64(0), x
    for i in range(1, SUM_SLICES[x.dtype] + 1):
        c = np.maximum(scale * 2.0 ** (-i * bits), LEAST_UNIT[x.dtype]) * (1.5 * 2.0**52)
        snapped = np.add(rest, c, out=scratch("snapped", x.shape))
        snapped -= c
        sums = np.sum(snapped, axis=axes) + sums
        if i < SUM_SLICES[x.dtype]:
            with np.errstate(invalid="ignore"):  # ∞ − ∞
                rest = rest - snapped
    with np.errstate(over="ignore"):
        out[...] = sums
    return out


def _matmul(a: Array, b: Array, y: Array) -> None:
    """Write a b into y; sums with more terms than the grid allows are added up block by block."""
    np.matmul(a[:, : grid.MAX_TERMS], b[: grid.MAX_TERMS], out=y)
    for start in range(grid.MAX_TERMS, len(b), grid.MAX_TERMS):
        block = slice(start, start + grid.MAX_TERMS)
        y += np.matmul(a[:, block], b[block])


def _pairs(a: tuple[Array, ...], b: tuple[Array, ...]) -> Iterator[tuple[Array, Array]]:
    """Yield the pairs of slices whose product is not below the last bits, small ones first."""
    count = len(a)
    for order in reversed(range(count)):
        for i in range(order + 1):
            yield a[i], b[order - i]


def _rounded(sums: Array, out: Array, bias: Array | None = None) -> Array:
    """Write the float64 sums, plus the bias, into ``out``, rounded to its dtype."""
    if bias is None:
        np.copyto(out, sums, casting="same_kind")
    else:
        np.add(sums, bias, out=out, casting="same_kind")
    return out
