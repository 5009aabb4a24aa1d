"""Arithmetic as NumPy does it: fast, with last bits that depend on processor and library.

The functions are those of `exact`. Operands are plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from np_layers._types import Array
from np_layers.functional import sigmoid as _sigmoid
from np_layers.normal_distribution import normal_cdf as _normal_cdf

exp, expm1, log, log1p, sqrt, tanh = np.exp, np.expm1, np.log, np.log1p, np.sqrt, np.tanh


def samples(x: Array, memory: Any = None) -> Array:
    """Return x: an array of samples as `matmul` takes it."""
    return x


def weights(W: Array, terms: int, memory: Any = None) -> Array:
    """Return W: an array of weights as `matmul` takes it."""
    return W


def matmul(x: Array, W: Array, *, out: Array, bias: Array | None = None) -> Array:
    """Write x W + b into ``out``: samples (batch, K) times weights (K, units)."""
    np.matmul(x, W, out=out)
    if bias is not None:
        out += bias
    return out


def matmul_transposed(G: Array, W: Array, *, out: Array) -> Array:
    """Write G Wᵀ into ``out``: samples (batch, units) times weights (K, units)."""
    return np.matmul(G, W.T, out=out)


def sum_of_products(x: Array, G: Array, *, out: Array) -> Array:
    """Write xᵀ G, a sum over the batch, into ``out``: (batch, K) and (batch, units)."""
    return np.matmul(x.T, G, out=out)


def bilinear(
    kernel: Callable[[Array, Array, Array], object],
    x: Array,
    W: Array,
    *,
    out: Array,
    bias: Array | None = None,
) -> Array:
    """Call ``kernel(x, W, out)``, which writes sums of products into out, and add the bias."""
    kernel(x, W, out)
    if bias is not None:
        out += bias
    return out


def total(x: Array, axis: int | tuple[int, ...], *, out: Array | None = None) -> Array:
    """Return the sum along ``axis``."""
    return np.sum(x, axis=axis, out=out)


def sum_of_samples(G: Array, *, out: Array) -> Array:
    """Write Σ_n G[n], over the batch and over all axes but the second, into ``out``."""
    return np.sum(G, axis=(0, *range(2, G.ndim)), out=out)


def sigmoid(x: Array, *, out: Array | None = None) -> Array:
    """Return σ(x) = 1 / (1 + exp(−x))."""
    y = _sigmoid(x)
    if out is None:
        return y
    out[...] = y
    return out


def softplus(x: Array, *, out: Array | None = None) -> Array:
    """Return log(1 + eˣ) as max(x, 0) + log(1 + exp(−|x|))."""
    y = np.log1p(np.exp(-np.abs(x)), out=out)
    y += np.maximum(x, 0)
    return y


def normal_cdf(x: Array, *, out: Array | None = None) -> Array:
    """Return Φ(x), the standard normal distribution function."""
    y = _normal_cdf(x)
    if out is None:
        return y
    out[...] = y
    return out
