"""Softplus: a smooth curve above the rectified linear unit."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.functional import sigmoid
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Softplus(Layer):
    """y = log(1 + eˣ), computed as max(x, 0) + log(1 + e^(−|x|)), which no x overflows.

    References
    ----------
    Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2000.

    Examples
    --------
    >>> layer = Softplus()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[-1e4, 1e4]]))
    array([[    0., 10000.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = log(1 + eˣ), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        np.abs(x, out=y)
        np.negative(y, out=y)
        np.exp(y, out=y)
        np.log1p(y, out=y)
        y += np.maximum(x, 0)
        if training:
            self.save_for_backward(x)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · σ(x): d log(1 + eˣ)/dx = eˣ / (1 + eˣ)."""
        (x,) = self.saved()
        if not input_gradient:
            return None
        grad = sigmoid(x)
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """Five for each element, counting exponential and logarithm as one."""
        return 5 * math.prod(self.input_shape or ())
