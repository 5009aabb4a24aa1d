"""Batch normalisation: each feature gets mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative
from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class BatchNorm(Layer):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps), for every feature or every image channel.

    In training μ and σ² are the mean and the (biased) variance of the batch. In evaluation they
    are running statistics, which each training forward moves towards the batch:
    running ← (1 − momentum) · running + momentum · batch, with the unbiased variance. A frozen
    layer always computes as in evaluation.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float
        Share of the batch in the running statistics, in [0, 1].

    Notes
    -----
    Shapes: x (batch, features) or (N, C, H, W); γ = ``"weight"``, β = ``"bias"``, and the buffers
    ``"running_mean"``, ``"running_var"`` (features,) or (C,).

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
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = γ x̂ + β, the shape of x.

        Raises
        ------
        ValueError
            In training, if a feature has only one value: it has no variance.
        """
        x = self._maps(self.check_input(x))
        y = self.buffer("output", x.shape, training=training)
        if training and not self._frozen:
            x_hat = self.buffer("x_hat", x.shape)
            inverse = self._normalise(x, x_hat, term=y)
            self.save_for_backward(x_hat, inverse)
            np.multiply(x_hat, self._parameters["weight"][:, None], out=y)
        else:
            variance = self._buffers["running_var"]
            scale = self._parameters["weight"] / self.arithmetic.sqrt(variance + self.eps)
            np.subtract(x, self._buffers["running_mean"][:, None], out=y)
            y *= scale[:, None]
            if training:
                self.save_for_backward(None, scale)
        y += self._parameters["bias"][:, None]
        return y.reshape(len(x), *(self.input_shape or ()))

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = γ/√(σ² + eps) · (G − mean G − x̂ · mean(G x̂)) for G = dL/dy.

        y is linear in x̂, so dL/dγ = Σ G x̂ and dL/dβ = Σ G over the batch. μ and σ depend on the
        m values x of a feature: ∂x̂_i/∂x_j = (δ_ij − 1/m − x̂_i x̂_j/m) / √(σ² + eps).
        """
        x_hat, inverse = self.saved()
        if x_hat is None:  # frozen: y is linear in x
            return np.asarray(self._maps(grad_output) * inverse[:, None]).reshape(grad_output.shape)
        G, count = self._maps(grad_output), x_hat.size // len(inverse)
        d_gamma, d_beta = self._gradients["weight"], self._gradients["bias"]
        dx = self.buffer("grad_input", x_hat.shape)
        self.arithmetic.total(G, (0, 2), out=d_beta)
        self.arithmetic.total(np.multiply(G, x_hat, out=dx), (0, 2), out=d_gamma)
        if not input_gradient:
            return None
        np.multiply(x_hat, (d_gamma / -count)[:, None], out=dx)
        dx += G
        dx -= (d_beta / count)[:, None]
        dx *= (self._parameters["weight"] * inverse)[:, None]
        return dx.reshape(grad_output.shape)

    @property
    def flops(self) -> int:
        """Three for each element: shift, scale, shift."""
        return 3 * math.prod(self.input_shape or ())

    def _normalise(self, x: Array, x_hat: Array, term: Array) -> Array:
        """Write x̂, move the running statistics and return 1/√(σ² + eps)."""
        count = x.size // x.shape[1]
        if count < 2:
            raise ValueError(
                f"BatchNorm in training needs at least 2 values of each feature, got {count} "
                f"(x of shape {x.shape[:1] + (self.input_shape or ())}); use a larger batch, or "
                "leave out a last batch of one row"
            )
        mean = self.arithmetic.total(x, (0, 2)) / count
        np.subtract(x, mean[:, None], out=x_hat)
        squares = self.arithmetic.total(np.square(x_hat, out=term), (0, 2))
        for name, batch in ("running_mean", mean), ("running_var", squares / (count - 1)):
            running = self._buffers[name]
            running *= 1 - self.momentum
            running += self.momentum * batch
        inverse: Array = 1 / self.arithmetic.sqrt(squares / count + self.eps)
        x_hat *= inverse[:, None]
        return inverse

    def _maps(self, x: Array) -> Array:
        """Return x as (batch, features, values of each feature)."""
        channels, *image = self.input_shape or ()
        return x.reshape(len(x), channels, math.prod(image))
