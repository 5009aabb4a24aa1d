"""Softmax as a layer: rows of logits become rows of probabilities."""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array
from np_layers.functional import softmax
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Softmax(Layer):
    """y_k = exp(x_k) / Σ_j exp(x_j), along the last axis.

    `cross_entropy` takes logits and contains the softmax. So a classifier that is trained with it
    ends with a linear layer, not with this one.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> layer = Softmax()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[3, 3]]))
    array([[0.5, 0.5]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the probabilities, the shape of x."""
        y = softmax(self.check_input(x), arithmetic=self._arithmetic)
        if training:
            self.save_for_backward(y)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = (G − Σ_k G_k y_k) · y for G = dL/dy.

        dy_k/dx_j = y_k (δ_kj − y_j): each output falls when another logit rises. The sum over k of
        G_k dy_k/dx_j is G_j y_j − y_j Σ_k G_k y_k.
        """
        (y,) = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", y.shape)
        np.multiply(grad_output, y, out=grad)
        shared = self.arithmetic.total(grad, -1, keepdims=True)
        np.subtract(grad_output, shared, out=grad)
        grad *= y
        return grad

    @property
    def flops(self) -> int:
        """Five for each element, counting the exponential as one."""
        return 5 * math.prod(self.input_shape or ())
