"""The Gaussian error linear unit: an input weighted by the chance of a smaller one."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.layers.base import Layer
from np_layers.layers.registry import register
from np_layers.normal_distribution import normal_cdf


@register
class GELU(Layer):
    """y = x Φ(x), where Φ is the standard normal distribution function.

    The exact form, PyTorch's default; not the tanh approximation.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016.

    Examples
    --------
    >>> layer = GELU()
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float64)
    (3,)
    >>> layer.forward(np.array([[-1, 0, 1]])).round(4)
    array([[-0.1587,  0.    ,  0.8413]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = x Φ(x), the shape of x."""
        x = self.check_input(x)
        cdf = normal_cdf(x)
        if training:
            self.save_for_backward(x, cdf)
        y = self.buffer("output", x.shape, training=training)
        np.multiply(x, cdf, out=y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · (Φ(x) + x φ(x)), with the density φ = Φ'."""
        x, cdf = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", x.shape)
        np.square(x, out=grad)
        grad *= -0.5
        np.exp(grad, out=grad)
        grad *= x
        grad /= math.sqrt(2 * math.pi)
        grad += cdf
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """Sixty for each element, most of them in Φ."""
        return 60 * math.prod(self.input_shape or ())
