"""Batch normalisation: each feature gets mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative
from np_layers._types import Array, Shape
from np_layers.kernels.threads import for_each
from np_layers.layers.base import Layer
from np_layers.layers.registry import register

CHUNK_BYTES = 1 << 20  # size of the samples that are computed at once; they stay in a cache


@register
class BatchNorm(Layer):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps), for every feature or every image channel.

    In training μ and σ² are the mean and the (biased) variance of the batch. In evaluation they
    are running statistics, which each training forward moves towards the batch:
    running ← (1 − momentum) · running + momentum · batch, with the unbiased variance.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float
        Share of the batch in the running statistics, in [0, 1].

    Notes
    -----
    Shapes: x (batch, features) or (N, C, H, W); γ = ``"weight"``, β = ``"bias"``, and the buffers
    ``"running_mean"``, ``"running_var"`` (features,) or (C,). A `replica` has its own statistics,
    those of its shard.

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
        if training:
            mean, inverse = self._centre(x, y)
            self.save_for_backward(x, mean, inverse)
        else:
            mean = self._buffers["running_mean"]
            inverse = 1 / np.sqrt(self._buffers["running_var"] + self.eps)
        scale, shift = self._parameters["weight"] * inverse, self._parameters["bias"]

        def fill(samples: slice) -> None:
            if not training:
                np.subtract(x[samples], mean[:, None], out=y[samples])
            y[samples] *= scale[:, None]
            y[samples] += shift[:, None]

        for_each(fill, len(x), step=self._samples_at_once())
        return y.reshape(len(x), *(self.input_shape or ()))

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = γ/√(σ² + eps) · (G − mean G − x̂ · mean(G x̂)) for G = dL/dy.

        y is linear in x̂, so dL/dγ = Σ G x̂ and dL/dβ = Σ G over the batch. μ and σ depend on the
        m values x of a feature: ∂x̂_i/∂x_j = (δ_ij − 1/m − x̂_i x̂_j/m) / √(σ² + eps).
        """
        x, mean, inverse = self.saved()
        G, count = self._maps(grad_output), x.size // len(mean)
        dx = self.buffer("grad_input", x.shape)

        def sums(samples: slice) -> tuple[Array, Array]:
            centred = np.subtract(x[samples], mean[:, None], out=dx[samples])
            products = np.einsum("ncs,ncs->c", centred, G[samples])
            return products * inverse, np.einsum("ncs->c", G[samples])

        d_gamma, d_beta = self._gradients["weight"], self._gradients["bias"]
        d_gamma[...], d_beta[...] = self._add_up(sums, len(x))
        if not input_gradient:
            return None
        # dL/dx = scale · (slope · (x − μ) + shift + G), with one number of each per feature.
        scale = self._parameters["weight"] * inverse
        slope, shift = inverse * d_gamma / -count, d_beta / -count

        def fill(samples: slice) -> None:
            dx[samples] *= slope[:, None]
            dx[samples] += shift[:, None]
            dx[samples] += G[samples]
            dx[samples] *= scale[:, None]

        for_each(fill, len(x), step=self._samples_at_once())
        return dx.reshape(grad_output.shape)

    @property
    def flops(self) -> int:
        """Three for each element: shift, scale, shift."""
        return 3 * math.prod(self.input_shape or ())

    def _centre(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Write x − μ into y, return μ and 1/√(σ² + eps), and move the running statistics."""
        count = x.size // x.shape[1]
        if count < 2:
            raise ValueError(
                f"BatchNorm in training needs at least 2 values of each feature, got {count} "
                f"(x of shape {x.shape[:1] + (self.input_shape or ())}); use a larger batch, or "
                "leave out a last batch of one row"
            )
        (total,) = self._add_up(lambda samples: (np.einsum("ncs->c", x[samples]),), len(x))
        mean = total / count

        def squares(samples: slice) -> tuple[Array]:
            centred = np.subtract(x[samples], mean[:, None], out=y[samples])
            return (np.einsum("ncs,ncs->c", centred, centred),)

        (total,) = self._add_up(squares, len(x))
        for name, batch in ("running_mean", mean), ("running_var", total / (count - 1)):
            running = self._buffers[name]
            running *= 1 - self.momentum
            running += self.momentum * batch
        return mean, 1 / np.sqrt(total / count + self.eps)

    def _add_up(self, sums: Callable[[slice], tuple[Array, ...]], length: int) -> Array:
        """Return the sums (…, C) over the batch of what ``sums`` returns for a part of it.

        The parts are added in order, so the result does not depend on the threads.
        """
        step = self._samples_at_once()
        parts: list[tuple[Array, ...]] = [()] * -(-length // step)

        def fill(samples: slice) -> None:
            parts[samples.start // step] = sums(samples)

        for_each(fill, length, step=step)
        return np.sum(parts, axis=0)  # type: ignore[no-any-return]

    def _maps(self, x: Array) -> Array:
        """Return x as (batch, features, values of each feature)."""
        channels, *image = self.input_shape or ()
        return x.reshape(len(x), channels, math.prod(image))

    def _samples_at_once(self) -> int:
        size = math.prod(self.input_shape or ()) * self.dtype.itemsize
        return max(1, CHUNK_BYTES // size) if size else 1
