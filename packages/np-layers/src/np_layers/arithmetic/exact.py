"""Arithmetic with the same bits on every machine.

Products and sums are exact before one last rounding, so their order does not matter (`grid` has
the reasoning). Everything else uses operations whose every bit IEEE 754 defines: + − × ÷ √
in float64, comparisons, rounding to integers, casts. The exponential, the logarithm and related
functions are computed from those (`elementary`). NaN and infinities are not hidden.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import DTypeLike

from np_layers._types import Array, Kernel, Shape
from np_layers.arithmetic import grid, native
from np_layers.arithmetic.elementary import (
    SMALLEST_NORMAL,
    exp,
    expm1,
    log,
    log1p,
    sigmoid,
    softplus,
    sqrt,
    tanh,
)
from np_layers.arithmetic.grid import Operand, samples, scratch, weights
from np_layers.arithmetic.normal_distribution import normal_cdf
from np_layers.kernels.threads import for_each, thread_count

__all__ = [
    "bilinear",
    "bilinear_sum",
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

SUMS = 1 << 17  # of a product, computed at once: they stay in a second- or third-level cache
LINES = 64  # such a block has a multiple of so many rows or columns, or a thread's share
FEW_MULTIPLICATIONS = 1 << 22  # below this, starting a thread costs more time than it saves

SUM_SLICES = {np.dtype(np.float32): 1, np.dtype(np.float64): 2}


def matmul(x: Operand, W: Operand, *, out: Array, bias: Array | None = None) -> Array:
    """Write x W + b into ``out``: samples (batch, K) times weights (K, units).

    Examples
    --------
    >>> x, W = np.array([[0.5, 0.25]], np.float32), np.array([[3], [4]], np.float32)
    >>> matmul(samples(x), weights(W, terms=2), out=np.empty((1, 1), np.float32))
    array([[2.5]], dtype=float32)
    """
    return _product(_pairs(x.slices, W.slices), out, bias)


def matmul_transposed(G: Operand, W: Operand, *, out: Array) -> Array:
    """Write G Wᵀ into ``out``: samples (batch, units) times weights (K, units)."""
    return _product([(g, w.T) for g, w in _pairs(G.slices, W.slices)], out)


def bilinear(
    kernel: Kernel, x: Operand, W: Operand, *, out: Array, bias: Array | None = None, step: int
) -> Array:
    """Write sums of products of samples and weights, plus the bias, into ``out``.

    Parameters
    ----------
    kernel : function
        ``kernel(x, W, y)`` writes into y, in any order, sums of products of an element of x and
        an element of W; all terms of one sum are of one sample.
    x, W : Operand
        What `samples` and `weights` returned.
    out : ndarray
        Receives the sums, rounded once to its dtype.
    bias : ndarray
        Is added to the sums; must broadcast against out.
    step : int
        Number of samples that the kernel gets at once. Several threads share the batch.
    """
    slices, weight_slices = x.slices, W.slices

    def fill(part: slice) -> None:
        pairs = _pairs(tuple(a[part] for a in slices), weight_slices)
        _rounded(_sum_of_results(kernel, pairs, out[part].shape), out[part], bias)

    for_each(fill, len(out), step=_half(step, out))
    return out


def sum_of_products(x: Operand, G: Operand, *, out: Array) -> Array:
    """Write xᵀ G, a sum over the batch, into ``out``: (batch, K) and (batch, units).

    Examples
    --------
    >>> x, G = np.array([[1], [2**-30]], np.float32), np.array([[2], [2**30]], np.float32)
    >>> sum_of_products(samples(x), samples(G), out=np.empty((1, 1), np.float32))
    array([[3.]], dtype=float32)
    """
    return _product([(a.T, g) for a, g in _blocks_of_batch(x, G)], out)


def bilinear_sum(kernel: Kernel, x: Operand, G: Operand, *, out: Array, step: int) -> Array:
    """Write sums over the batch of products of x and G into ``out``.

    Parameters
    ----------
    kernel : function
        ``kernel(x, G, y)`` adds to y, in any order, the sums over some samples; for each sample a
        sum has at most one term for each position of G (N, F, rows, columns) in a map.
    x, G : Operand
        What `samples` returned.
    out : ndarray
        Receives the sums, rounded once to its dtype.
    step : int
        Number of samples that the kernel gets at once. Several threads share the batch.
    """
    step = _half(step, out)

    def add(a: Array, g: Array, y: Array) -> None:
        native.bilinear_sum(kernel, a, g, out=y, step=step)

    return _rounded(_sum_of_results(add, _blocks_of_batch(x, G), out.shape), out)


def _blocks_of_batch(x: Operand, G: Operand) -> list[tuple[Array, Array]]:
    """Return the pairs of slices of x and G whose sums over the batch are exact.

    A sum with more than `grid.MAX_TERMS` terms is cut into blocks, which are added in order.
    """
    positions = max(1, math.prod(G.values.shape[2:]))
    step = max(1, grid.MAX_TERMS // positions)
    G = beside(x, G, terms=positions * min(step, len(x.values)))
    blocks = [slice(start, start + step) for start in range(0, max(1, len(x.values)), step)]
    return [(a[b], g[b]) for a, g in _pairs(x.slices, G.slices) for b in blocks]


def beside(x: Operand, G: Operand, *, terms: int) -> Operand:
    """Return G with the unit for each sample that makes a sum over samples of x · G exact.

    Term n of the sum is a multiple of unit_x[n] · unit_G[n]. Let |x_n| < s_n, |G_n| < t_n and
    S = max_n s_n t_n. Then the scale S / s_n of G_n is at least t_n, and makes the product of the
    units the same for all n.
    """
    s = x.scale.reshape(-1, *[1] * (G.values.ndim - 1))
    S = np.max(s * G.scale, initial=0)
    return Operand(G.values, S / s, grid.bits_beside_samples(terms), scratch)


def total(
    x: Array,
    axis: int | tuple[int, ...],
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Array | None = None,
) -> Array:
    """Return the sum along ``axis``, exact up to one rounding to ``dtype`` (that of x).

    Each sum has a grid of its own, 53 − ⌈log₂ terms⌉ bits below its largest term.

    Examples
    --------
    >>> x = np.array([[1e9], [1.0], [-1e9]], np.float32)
    >>> total(x, axis=0), total(x[::-1], axis=0)
    (array([1.], dtype=float32), array([1.], dtype=float32))
    """
    axes = normalize_axis_tuple(axis, x.ndim)
    if out is None:
        out = np.empty(_without(x.shape, axes), dtype or x.dtype)
    if x.size == 0:
        out[...] = 0
    else:
        _total(x, axes, grid.scales(x, axes), out)
    return np.expand_dims(out, axes) if keepdims else out


def sum_of_samples(G: Operand, *, out: Array) -> Array:
    """Write Σ_n G[n], over the batch and over all axes but the second, into ``out``.

    This is the gradient of a bias. All of G has one grid.

    Examples
    --------
    >>> sum_of_samples(samples(np.ones((3, 2))), out=np.empty(2))
    array([3., 3.])
    """
    axes = (0, *range(2, G.values.ndim))
    if G.values.size == 0:
        out[...] = 0
        return out
    return _total(G.values, axes, np.max(G.scale).reshape((1,) * G.values.ndim), out)


def _total(x: Array, axes: tuple[int, ...], scale: Array, out: Array) -> Array:
    """Write the sums of x over the axes, each exact on the grid of its scale, into ``out``."""
    terms = math.prod(x.shape[a] for a in axes)
    bits = min(51, grid.SUM_BITS - (terms - 1).bit_length())
    sums = np.zeros((SUM_SLICES[x.dtype], *_without(x.shape, axes)))
    step = grid.block_length(x)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        rest, unit = x[part], scale[part] if len(scale) > 1 else scale
        for i in range(len(sums)):
            # A sum of multiples of a normal number is never subnormal.
            c = np.maximum(unit * 2.0 ** -((i + 1) * bits), SMALLEST_NORMAL[x.dtype])
            c *= 1.5 * 2.0**52
            snapped = np.add(rest, c, out=scratch("snapped", rest.shape))
            snapped -= c
            if i + 1 < len(sums):
                with np.errstate(invalid="ignore"):  # ∞ − ∞
                    rest = rest - snapped
            if 0 in axes:
                sums[i] += np.add.reduce(snapped, axis=axes)
            else:
                sums[i, part] = np.add.reduce(snapped, axis=axes)
    with np.errstate(over="ignore"):
        out[...] = sum(sums[::-1])
    return out


def _without(shape: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(n for a, n in enumerate(shape) if a not in axes)


def _product(pairs: list[tuple[Array, Array]], out: Array, bias: Array | None = None) -> Array:
    """Write the sum of the matrix products of the pairs, plus the bias, into ``out``.

    The result is computed in blocks, and each is rounded while it is in the cache. Blocks of rows
    all need the whole second factor, blocks of columns the whole first one. The smaller factor is
    the one that is read again, because the longer axis is cut.
    """
    cut_rows = out.shape[0] >= out.shape[1]

    def fill(part: slice) -> None:
        rows, columns = (part, slice(None)) if cut_rows else (slice(None), part)
        block = out[rows, columns]
        blocks = [(a[rows], b[:, columns]) for a, b in pairs]
        sums = _sum_of_results(np.matmul, blocks, block.shape)
        _rounded(sums, block, None if bias is None else bias[columns])

    for_each(fill, max(out.shape), step=_lines_at_once(out, len(pairs[0][1])))
    return out


def _lines_at_once(out: Array, terms: int) -> int:
    """Return how many rows, or columns, of a product are computed at once; threads share them."""
    across: int = min(out.shape)
    along: int = max(out.shape)
    if out.size * terms < FEW_MULTIPLICATIONS:
        return max(1, along)
    fitting = max(1, SUMS // across // LINES) * LINES
    return min(fitting, -(-along // thread_count()))


def _half(step: int, out: Array) -> int:
    """Return how many samples of float64 have the bytes of ``step`` samples of out's dtype."""
    return max(1, step * out.itemsize // 8)


def _pairs(a: tuple[Array, ...], b: tuple[Array, ...]) -> list[tuple[Array, Array]]:
    """Return the pairs of slices whose products are large enough to matter, the smallest first."""
    return [(a[i], b[n - i]) for n in reversed(range(len(a))) for i in range(n + 1)]


def _sum_of_results(kernel: Kernel, pairs: list[tuple[Array, Array]], shape: Shape) -> Array:
    """Return the sum of what the kernel writes for each pair, added in order."""
    sums = scratch("sums", shape)
    kernel(*pairs[0], sums)
    for pair in pairs[1:]:
        more = scratch("more sums", shape)
        kernel(*pair, more)
        sums += more
    return sums


def _rounded(sums: Array, out: Array, bias: Array | float | None = None) -> Array:
    """Write the float64 sums, plus the bias, into ``out``, rounded to its dtype.

    The sign of a zero sum depends on the order, so 0.0 is added: −0.0 + 0.0 is 0.0.
    """
    b = 0.0 if bias is None else bias + 0.0

    def fill(part: slice) -> None:
        block = sums[part]
        block += b
        out[part] = block

    for_each(fill, len(out), step=grid.block_length(out))
    return out
