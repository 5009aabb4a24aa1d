"""Global average pooling: each map is replaced by its mean, and an image becomes a row."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.windows import check_image
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class GlobalAvgPool2D(Layer):
    """y[n, c] = Σ_hw x[n, c, h, w] / (H·W).

    Notes
    -----
    Shapes: x (N, C, H, W), y (N, C): the maps become features, as `Dense` takes them.

    References
    ----------
    Lin, Chen, Yan, "Network in network", 2014, https://arxiv.org/abs/1312.4400.

    Examples
    --------
    >>> layer = GlobalAvgPool2D()
    >>> layer.build((2, 1, 2), rng=np.random.default_rng(0), dtype=np.float32)
    (2,)
    >>> layer.forward(np.array([[[[1, 2]], [[3, 5]]]]))
    array([[1.5, 4. ]], dtype=float32)
    """

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Return (C,); there is nothing to draw."""
        check_image(input_shape, "GlobalAvgPool2D")
        super().build(input_shape, rng=rng, dtype=dtype)
        return (input_shape[0],)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the mean of each map, shape (N, C)."""
        x = self.check_input(x)
        N, C, H, W = x.shape
        y = self.buffer("output", (N, C), training=training)
        # Rows of H·W numbers: the order of the sum is then the same for any memory layout of x.
        np.sum(np.ascontiguousarray(x).reshape(N, C, H * W), axis=2, out=y)
        y /= H * W
        if training:
            self.save_for_backward(N)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx[n, c, h, w] = dL/dy[n, c] / (H·W): all pixels have the same weight."""
        (N,) = self.saved()
        if not input_gradient:
            return None
        C, H, W = self.input_shape or ()
        dx = self.buffer("grad_input", (N, C, H, W))
        return np.divide(grad_output[:, :, None, None], H * W, out=dx)

    @property
    def flops(self) -> int:
        """One addition for each pixel and one division for each map, near enough H·W for each."""
        return math.prod(self.input_shape or ())
