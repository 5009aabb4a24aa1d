"""Layer normalisation: each sample gets mean 0 and variance 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative, sample_shape
from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class LayerNorm(Layer):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps), where μ and σ² are those of each sample.

    Training and evaluation are the same, and samples do not depend on each other.

    Parameters
    ----------
    normalized_shape : int or sequence of int, optional
        The last axes, over which μ and σ² are taken. Without it all axes of a sample:
        ``(features,)``, or ``(C, H, W)`` as ``torch.nn.LayerNorm((C, H, W))`` does. For sequences
        (T, features) give ``features``.
    eps : float
        Added to the variance.

    Notes
    -----
    Shapes: x (batch, …, *normalized_shape), γ = ``"weight"`` and β = ``"bias"`` normalized_shape.

    References
    ----------
    Ba, Kiros, Hinton, "Layer normalization", 2016.

    Examples
    --------
    >>> layer = LayerNorm()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[1, 3]])).round(3)
    array([[-1.,  1.]])
    """

    def __init__(
        self, normalized_shape: int | Sequence[int] | None = None, *, eps: float = 1e-5
    ) -> None:
        self.normalized_shape = (
            None if normalized_shape is None else sample_shape("normalized_shape", normalized_shape)
        )
        self.eps = not_negative("eps", eps)

    def config(self) -> dict[str, Any]:
        """Return the constructor's keywords; without ``normalized_shape`` as in 0.1.0."""
        config = super().config()
        if self.normalized_shape is None:
            del config["normalized_shape"]
        return config

    def parameter_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of γ and β for a sample of ``input_shape``."""
        return self.normalized_shape or tuple(input_shape)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Start with γ = 1 and β = 0."""
        features = self.parameter_shape(input_shape)
        if tuple(input_shape[-len(features) :]) != features:
            raise ValueError(
                f"normalized_shape must be the last sizes of the input shape "
                f"{tuple(input_shape)}, got {features}"
            )
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("weight", np.ones(features))
        self.add_parameter("bias", np.zeros(features))
        self._axes = tuple(range(-len(features), 0))
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = γ x̂ + β, the shape of x."""
        x = self.check_input(x)
        x_hat = self.buffer("x_hat", x.shape, training=training)
        y = self.buffer("output", x.shape, training=training)
        np.subtract(x, self._mean(x), out=x_hat)
        np.square(x_hat, out=y)
        inverse = 1 / self.arithmetic.sqrt(self._mean(y) + self.eps)
        x_hat *= inverse
        np.multiply(x_hat, self._parameters["weight"], out=y)
        y += self._parameters["bias"]
        if training:
            self.save_for_backward(x_hat, inverse)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = (H − mean H − x̂ · mean(H x̂)) / √(σ² + eps) for H = γ dL/dy.

        dL/dγ = Σ dL/dy x̂ and dL/dβ = Σ dL/dy over all samples. μ and σ depend on the m values x
        of a sample: ∂x̂_i/∂x_j = (δ_ij − 1/m − x̂_i x̂_j/m) / √(σ² + eps).
        """
        x_hat, inverse = self.saved()
        gamma, d_gamma = self._parameters["weight"], self._gradients["weight"]
        H = self.buffer("grad_input", x_hat.shape)
        np.multiply(grad_output, x_hat, out=H)
        self.arithmetic.total(H.reshape(-1, *gamma.shape), 0, out=d_gamma)
        rows = grad_output.reshape(-1, *gamma.shape)
        self.arithmetic.total(rows, 0, out=self._gradients["bias"])
        if not input_gradient:
            return None
        np.multiply(grad_output, gamma, out=H)
        along_one, along_x_hat = self._mean(H), self._mean(H * x_hat)
        H -= along_one
        x_hat *= along_x_hat
        H -= x_hat
        H *= inverse
        return H

    @property
    def flops(self) -> int:
        """Eight for each element: mean, variance, shift, scale, scale, shift."""
        return 8 * math.prod(self.input_shape or ())

    def _mean(self, x: Array) -> Array:
        """Return the mean of each sample, with axes of length 1 where x is added up."""
        count = math.prod(x.shape[a] for a in self._axes)
        mean: Array = self.arithmetic.total(x, self._axes, keepdims=True) / count
        return mean
