"""The leaky rectified linear unit: negative inputs are scaled down instead of cut off."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.checks import not_negative
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class LeakyReLU(Layer):
    """y = x where x > 0, else slope · x.

    Parameters
    ----------
    slope
        Between 0 (`ReLU`) and 1 (the identity).

    References
    ----------
    Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.

    Examples
    --------
    >>> layer = LeakyReLU(0.1)
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[-5, 2]]))
    array([[-0.5,  2. ]])
    """

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = not_negative("slope", slope)
        if self.slope > 1:
            raise ValueError(f"slope must be between 0 and 1, got {slope!r}")

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = max(x, slope · x), the shape of x."""
        x = self.check_input(x)
        y = np.multiply(x, self.slope, out=self.buffer("output", x.shape, training=training))
        np.maximum(x, y, out=y)
        if training:
            self.save_for_backward(y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · (1 where y > 0, else slope); at the kink x = 0 it is slope."""
        (y,) = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", y.shape)
        np.greater(y, 0, out=grad)  # 0 or 1, as floats
        np.maximum(grad, self.slope, out=grad)
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """One product and one comparison for each element."""
        return 2 * math.prod(self.input_shape or ())
