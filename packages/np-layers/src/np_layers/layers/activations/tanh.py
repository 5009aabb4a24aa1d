"""The hyperbolic tangent: any number becomes a number between −1 and 1."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Tanh(Layer):
    """y = tanh(x).

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[0, 1e4]]))
    array([[0., 1.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = tanh(x), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        np.tanh(x, out=y)
        if training:
            self.save_for_backward(y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · (1 − y²)."""
        (y,) = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", y.shape)
        np.square(y, out=grad)
        np.subtract(1, grad, out=grad)
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """One for each element."""
        return math.prod(self.input_shape or ())
