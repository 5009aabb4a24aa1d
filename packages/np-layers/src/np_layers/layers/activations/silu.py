"""The sigmoid linear unit, also called swish: an input weighted by its own sigmoid."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.functional import sigmoid
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class SiLU(Layer):
    """y = x σ(x).

    References
    ----------
    Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning", 2018.

    Examples
    --------
    >>> layer = SiLU()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[0, 1e4]]))
    array([[    0., 10000.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = x σ(x), the shape of x."""
        x = self.check_input(x)
        s = sigmoid(x)
        if training:
            self.save_for_backward(x, s)
        y = self.buffer("output", x.shape, training=training)
        np.multiply(x, s, out=y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · σ (1 + x (1 − σ)), by the product rule and σ' = σ (1 − σ)."""
        x, s = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", x.shape)
        np.subtract(1, s, out=grad)
        grad *= x
        grad += 1
        grad *= s
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """Five for each element, counting the exponential as one."""
        return 5 * math.prod(self.input_shape or ())
