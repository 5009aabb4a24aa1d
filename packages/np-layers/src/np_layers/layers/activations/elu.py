"""The exponential linear unit: negative inputs bend towards −alpha."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.checks import not_negative
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class ELU(Layer):
    """y = x where x > 0, else alpha · (eˣ − 1).

    Parameters
    ----------
    alpha
        Large negative inputs end at −alpha; not negative.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear
    units (ELUs)", 2016.

    Examples
    --------
    >>> layer = ELU()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[-1e4, 3]]))
    array([[-1.,  3.]])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = not_negative("alpha", alpha)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = max(x, 0) + alpha · (e^min(x, 0) − 1), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        np.minimum(x, 0, out=y)
        np.expm1(y, out=y)
        y *= self.alpha
        y += np.maximum(x, 0)
        if training:
            self.save_for_backward(x, y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · (1 where x > 0, else alpha · eˣ = y + alpha)."""
        x, y = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", y.shape)
        np.add(y, self.alpha, out=grad)
        np.copyto(grad, 1, where=x > 0)
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """Three for each element, counting the exponential as one."""
        return 3 * math.prod(self.input_shape or ())
