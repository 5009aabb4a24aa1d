"""Softplus, SiLU and GELU: activation functions that are smooth forms of ReLU."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.layers.activations import Activation
from np_layers.layers.registry import register


@register
class Softplus(Activation):
    """y = log(1 + eˣ), a smooth form of `ReLU`.

    References
    ----------
    Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2000.

    Examples
    --------
    >>> layer = Softplus()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[-1e4, 1e4]]))
    array([[    0., 10000.]])
    """

    flops_per_element = 5

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = log(1 + eˣ)."""
        self.arithmetic.softplus(x, out=y)
        return (x,)

    def derivative(self, d: Array, x: Array) -> None:
        """Return d log(1 + eˣ)/dx = eˣ / (1 + eˣ) = σ(x)."""
        self.arithmetic.sigmoid(x, out=d)


@register
class SiLU(Activation):
    """y = x σ(x), also called swish.

    References
    ----------
    Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning", 2018.

    Examples
    --------
    >>> layer = SiLU()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[0, 1e4]]))
    array([[    0., 10000.]])
    """

    flops_per_element = 5

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = x σ(x)."""
        s = self.arithmetic.sigmoid(x)
        np.multiply(x, s, out=y)
        return x, s

    def derivative(self, d: Array, x: Array, s: Array) -> None:
        """Return σ + x σ' = σ + x σ (1 − σ) = ((1 − s) x + 1) s for s = σ(x)."""
        np.subtract(1, s, out=d)
        d *= x
        d += 1
        d *= s


@register
class GELU(Activation):
    """y = x Φ(x), where Φ is the standard normal distribution function.

    This is the exact form, PyTorch's default, not the approximation by tanh.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016.

    Examples
    --------
    >>> layer = GELU()
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float64)
    (3,)
    >>> layer(np.array([[-1, 0, 1]])).round(4)
    array([[-0.1587,  0.    ,  0.8413]])
    """

    flops_per_element = 60

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = x Φ(x)."""
        cdf = self.arithmetic.normal_cdf(x)
        np.multiply(x, cdf, out=y)
        return x, cdf

    def derivative(self, d: Array, x: Array, cdf: Array) -> None:
        """Return Φ(x) + x φ(x) with the density φ(x) = Φ'(x) = exp(−x²/2) / √(2π)."""
        np.square(x, out=d)
        d *= -0.5
        self.arithmetic.exp(d, out=d)
        d *= x
        d /= math.sqrt(2 * math.pi)
        d += cdf
