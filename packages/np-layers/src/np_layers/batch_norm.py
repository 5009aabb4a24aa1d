"""Batch normalisation: each feature gets mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.checks import not_negative
from np_layers.layer import Layer
from np_layers.registry import register


@register
class BatchNorm(Layer):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps), for every feature or every image channel.

    In training μ and σ² are the mean and the (biased) variance of the batch; otherwise they are
    running statistics, which each training forward moves towards the batch's:
    running ← (1 − momentum) · running + momentum · batch, with the unbiased variance.

    Parameters
    ----------
    eps
        Added to the variance.
    momentum
        Share of the batch in the running statistics, in [0, 1].

    Notes
    -----
    Shapes: x (batch, features) or (N, C, H, W); γ = ``"weight"``, β = ``"bias"``, and the buffers
    ``"running_mean"``, ``"running_var"`` (features,) or (C,). In a `replica` the statistics are
    those of its own shard.

    References
    ----------
    Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
    covariate shift", 2015.

    Examples
    --------
    >>> layer = BatchNorm()
    >>> layer.build((1,), rng=np.random.default_rng(0), dtype=np.float64)
    (1,)
    >>> layer.forward(np.array([[1], [3]]), training=True).round(3)
    array([[-1.],
           [ 1.]])
    >>> layer.buffers()["running_mean"]
    array([0.2])
    """

    def __init__(self, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.eps = not_negative("eps", eps)
        self.momentum = not_negative("momentum", momentum)
        if self.momentum > 1:
            raise ValueError(f"momentum must be in [0, 1], got {momentum!r}")

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Start with γ = 1, β = 0, running mean 0 and variance 1."""
        if len(input_shape) not in (1, 3):
            raise ValueError(
                f"BatchNorm takes (features,) or (C, H, W), got {tuple(input_shape)}; "
                "put Flatten() before it"
            )
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("weight", np.ones(shape[0]))
        self.add_parameter("bias", np.zeros(shape[0]))
        self.add_buffer("running_mean", np.zeros(shape[0], self.dtype))
        self.add_buffer("running_var", np.ones(shape[0], self.dtype))
        self._axes = (0,) if len(shape) == 1 else (0, 2, 3)
        self._feature = (slice(None), *[None] * (len(shape) - 1))
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = γ x̂ + β, the shape of x.

        Raises
        ------
        ValueError
            In training, when a feature has one value only: it has no variance.
        """
        x = self.receive(x)
        gamma, beta = self._parameters["weight"], self._parameters["bias"]
        y = self.empty("output", x.shape, training=training)
        if not training:
            running = self._buffers["running_var"]
            scale = gamma / np.sqrt(running + self.eps)
            np.subtract(x, self._buffers["running_mean"][self._feature], out=y)
            y *= scale[self._feature]
            y += beta[self._feature]
            return y

        count = x.size // len(gamma)
        if count < 2:
            raise ValueError(
                f"BatchNorm in training needs at least 2 values of each feature, got {count} "
                f"(x of shape {x.shape}); use a larger batch, or leave out a last batch of one row"
            )
        x_hat = self.empty("x_hat", x.shape)
        mean = np.mean(x, axis=self._axes)
        np.subtract(x, mean[self._feature], out=x_hat)
        np.square(x_hat, out=y)
        variance = np.mean(y, axis=self._axes)
        inverse = 1 / np.sqrt(variance + self.eps)
        x_hat *= inverse[self._feature]
        np.multiply(x_hat, gamma[self._feature], out=y)
        y += beta[self._feature]
        self._move("running_mean", mean)
        self._move("running_var", variance * (count / (count - 1)))
        self.remember(x_hat, inverse, count)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = γ/√(σ² + eps) · (G − mean G − x̂ · mean(G x̂)) for G = dL/dy.

        y is linear in x̂, so dL/dγ = Σ G x̂ and dL/dβ = Σ G over the batch. x̂ does not change
        when all x of a feature are shifted or scaled together: the parts of G along 1 and along
        x̂ reach no x, and are subtracted.
        """
        x_hat, inverse, count = self.recall()
        d_gamma, d_beta = self._gradients["weight"], self._gradients["bias"]
        grad = self.empty("grad_input", x_hat.shape)
        np.multiply(grad_output, x_hat, out=grad)
        np.sum(grad, axis=self._axes, out=d_gamma)
        np.sum(grad_output, axis=self._axes, out=d_beta)
        if not input_gradient:
            return None
        np.multiply(x_hat, (d_gamma / -count)[self._feature], out=grad)
        grad += grad_output
        grad -= (d_beta / count)[self._feature]
        grad *= (self._parameters["weight"] * inverse)[self._feature]
        return grad

    @property
    def flops(self) -> int:
        """Three for each element: shift, scale, shift."""
        return 3 * math.prod(self.input_shape or ())

    def _move(self, name: str, batch: Array) -> None:
        running = self._buffers[name]
        running *= 1 - self.momentum
        running += self.momentum * batch
