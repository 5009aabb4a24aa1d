"""Flatten: images become rows of numbers."""

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
        """Return the number of elements of a sample."""
        return (math.prod(super().build(input_shape, rng=rng, dtype=dtype)),)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return x as rows, shape (batch, features); in a model, a view of x where possible."""
        x = self.check_input(x)
        if training:
            self.save_for_backward(x.shape)
        return self.hand_out(x.reshape(len(x), math.prod(x.shape[1:])), x)

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dy in the shape of x, because y holds the same elements as x."""
        (shape,) = self.saved()
        if not input_gradient:
            return None
        return self.hand_out(grad_output.reshape(shape), grad_output)
