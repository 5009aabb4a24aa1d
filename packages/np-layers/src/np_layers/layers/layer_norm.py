"""Layer normalisation: each sample gets mean 0 and variance 1 by itself."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.checks import not_negative
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class LayerNorm(Layer):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps), where μ and σ² are those of the last axis.

    Training and evaluation are the same, and rows do not depend on each other.

    Parameters
    ----------
    eps
        Added to the variance.

    Notes
    -----
    Shapes: x (batch, …, features), γ = ``"weight"`` and β = ``"bias"`` (features,).

    References
    ----------
    Ba, Kiros, Hinton, "Layer normalization", 2016.

    Examples
    --------
    >>> layer = LayerNorm()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[1, 3]])).round(3)
    array([[-1.,  1.]])
    """

    def __init__(self, *, eps: float = 1e-5) -> None:
        self.eps = not_negative("eps", eps)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Start with γ = 1 and β = 0."""
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("weight", np.ones(shape[-1]))
        self.add_parameter("bias", np.zeros(shape[-1]))
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = γ x̂ + β, the shape of x."""
        x = self.check_input(x)
        x_hat = self.buffer("x_hat", x.shape, training=training)
        y = self.buffer("output", x.shape, training=training)
        np.subtract(x, np.mean(x, axis=-1, keepdims=True), out=x_hat)
        np.square(x_hat, out=y)
        inverse = 1 / np.sqrt(np.mean(y, axis=-1, keepdims=True) + self.eps)
        x_hat *= inverse
        np.multiply(x_hat, self._parameters["weight"], out=y)
        y += self._parameters["bias"]
        if training:
            self.save_for_backward(x_hat, inverse)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = (H − mean H − x̂ · mean(H x̂)) / √(σ² + eps) for H = γ dL/dy.

        dL/dγ = Σ dL/dy x̂ and dL/dβ = Σ dL/dy over all rows. μ and σ move with the m values x of
        a row: ∂x̂_i/∂x_j = (δ_ij − 1/m − x̂_i x̂_j/m) / √(σ² + eps).
        """
        x_hat, inverse = self.saved()
        features = x_hat.shape[-1]
        H = self.buffer("grad_input", x_hat.shape)
        np.multiply(grad_output, x_hat, out=H)
        np.sum(H.reshape(-1, features), axis=0, out=self._gradients["weight"])
        np.sum(grad_output.reshape(-1, features), axis=0, out=self._gradients["bias"])
        if not input_gradient:
            return None
        np.multiply(grad_output, self._parameters["weight"], out=H)
        along_one = np.mean(H, axis=-1, keepdims=True)
        along_x_hat = np.mean(H * x_hat, axis=-1, keepdims=True)
        H -= along_one
        x_hat *= along_x_hat
        H -= x_hat
        H *= inverse
        return H

    @property
    def flops(self) -> int:
        """Eight for each element: mean, variance, shift, scale, scale, shift."""
        return 8 * math.prod(self.input_shape or ())
