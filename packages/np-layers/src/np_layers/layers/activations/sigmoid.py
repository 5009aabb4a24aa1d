"""The logistic function: any number becomes a number between 0 and 1."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.functional import sigmoid
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Sigmoid(Layer):
    """y = σ(x) = 1 / (1 + exp(−x)).

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[0, 1e4]]))
    array([[0.5, 1. ]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = σ(x), the shape of x."""
        y = sigmoid(self.check_input(x))
        if training:
            self.save_for_backward(y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · y (1 − y).

        σ' = e⁻ˣ / (1 + e⁻ˣ)² = σ · e⁻ˣ / (1 + e⁻ˣ) = σ (1 − σ).
        """
        (y,) = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", y.shape)
        np.subtract(1, y, out=grad)
        grad *= y
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """Four for each element, counting the exponential as one."""
        return 4 * math.prod(self.input_shape or ())
