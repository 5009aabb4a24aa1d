"""From images to rows: all axes of a sample become one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Flatten(Layer):
    """y = x with shape (batch, C · H · W), in the order channel, row, column.

    Examples
    --------
    >>> layer = Flatten()
    >>> layer.build((1, 28, 28), rng=np.random.default_rng(0), dtype=np.float32)
    (784,)
    """

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Return the one size of the output."""
        return (math.prod(super().build(input_shape, rng=rng, dtype=dtype)),)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return x as rows (batch, features): a view where the memory order allows it."""
        x = self.check_input(x)
        if training:
            self.save_for_backward(x.shape)
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dy in the shape of x: each element went to one place."""
        (shape,) = self.saved()
        return grad_output.reshape(shape) if input_gradient else None
