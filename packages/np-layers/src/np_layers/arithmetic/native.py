"""Arithmetic as NumPy does it: fast, with last bits that depend on processor and library.

The functions are those of `exact`, which describes them. Operands are plain arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Kernel
from np_layers.arithmetic.normal_distribution import normal_cdf_with
from np_layers.kernels.products import multiply
from np_layers.kernels.threads import for_each

exp, expm1, log, log1p, sqrt, tanh = np.exp, np.expm1, np.log, np.log1p, np.sqrt, np.tanh

MAX_PARTS = 8  # of a batch; the sum of each is computed separately


def samples(x: Array, memory: Any = None) -> Array:
    """Return x: an array of samples as `matmul` takes it."""
    return x


def weights(W: Array, terms: int, memory: Any = None) -> Array:
    """Return W: an array of weights as `matmul` takes it."""
    return W


def matmul(x: Array, W: Array, *, out: Array, bias: Array | None = None) -> Array:
    """Write x W + b into ``out``: samples (batch, K) times weights (K, units)."""
    multiply(x, W, out=out)
    if bias is not None:
        out += bias
    return out


def matmul_transposed(G: Array, W: Array, *, out: Array) -> Array:
    """Write G Wᵀ into ``out``: samples (batch, units) times weights (K, units)."""
    return multiply(G, W.T, out=out)


def sum_of_products(x: Array, G: Array, *, out: Array) -> Array:
    """Write xᵀ G, a sum over the batch, into ``out``: (batch, K) and (batch, units)."""
    return multiply(x.T, G, out=out)


def bilinear(
    kernel: Kernel, x: Array, W: Array, *, out: Array, bias: Array | None = None, step: int
) -> Array:
    """Write sums of products of samples and weights, plus the bias, into ``out``."""

    def fill(part: slice) -> None:
        kernel(x[part], W, out[part])
        if bias is not None:
            out[part] += bias

    for_each(fill, len(x), step=step)
    return out


def bilinear_sum(kernel: Kernel, x: Array, G: Array, *, out: Array, step: int) -> Array:
    """Write sums over the batch of products of x and G into ``out``.

    The sums of a few parts of the batch are computed separately and then added in order. The
    number of parts does not depend on the threads.
    """
    parts = max(1, min(MAX_PARTS, -(-len(x) // step)))
    size = max(1, -(-len(x) // parts))
    sums = np.zeros((parts, *out.shape), out.dtype)

    def add(part: slice) -> None:
        for start in range(part.start, part.stop, step):
            piece = slice(start, min(start + step, part.stop))
            kernel(x[piece], G[piece], sums[part.start // size])

    for_each(add, len(x), step=size)
    return np.sum(sums, axis=0, out=out)


def total(
    x: Array,
    axis: int | tuple[int, ...],
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Array | None = None,
) -> Array:
    """Return the sum along ``axis`` in ``dtype``, which is that of x if left out."""
    options: Any = {"dtype": dtype, "keepdims": keepdims, "out": out}
    return np.asarray(np.sum(x, axis=axis, **options))


def sum_of_samples(G: Array, *, out: Array) -> Array:
    """Write Σ_n G[n], over the batch and over all axes but the second, into ``out``."""
    return total(G, (0, *range(2, G.ndim)), out=out)


def sigmoid(x: Array, *, out: Array | None = None) -> Array:
    """Return σ(x) = 1 / (1 + exp(−x)) as exp(min(x, 0)) / (1 + exp(−|x|)), which is equal.

    No exponent is positive, and small results keep all their digits.
    """
    return np.asarray(np.divide(np.exp(np.minimum(x, 0)), 1 + np.exp(-np.abs(x)), out=out))


def softplus(x: Array, *, out: Array | None = None) -> Array:
    """Return log(1 + eˣ) as log(1 + exp(−|x|)) + max(x, 0), which cannot overflow."""
    y = np.asarray(np.abs(x, out=out))
    np.negative(y, out=y)
    np.exp(y, out=y)
    np.log1p(y, out=y)
    y += np.maximum(x, 0)
    return y


def normal_cdf(x: Array) -> Array:
    """Return Φ(x), the standard normal distribution function."""
    return normal_cdf_with(np.exp, x)
