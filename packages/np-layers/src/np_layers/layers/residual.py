"""A residual block: layers that learn what to add to their input."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, overload

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register
from np_layers.layers.sequential import Sequential


@register
class Residual(Sequential):
    """y = x + f(x), where f is a list of layers that keeps the shape.

    Parameters
    ----------
    layers : iterable of Layer or of (str, Layer)
        The layers of f, as in `Sequential`; parameters have the same names. To use a block as a
        whole model, write ``Sequential([Residual(layers)], …)``.

    References
    ----------
    He et al., "Deep residual learning for image recognition", 2016.

    Examples
    --------
    >>> from np_layers import Dense
    >>> block = Residual([Dense(2, weight_init="zeros")])
    >>> block.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> block.forward(np.array([[3, 4]]))
    array([[3., 4.]])
    """

    def __init__(self, layers: Iterable[Layer | tuple[str, Layer]]) -> None:
        super().__init__(layers)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Build the layers of f; their output must have the input's shape."""
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        if shape != tuple(input_shape):
            raise ValueError(
                f"the layers of a Residual must keep the shape {tuple(input_shape)}, got {shape}; "
                "change units, filters or padding of the last layers"
            )
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = x + f(x), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        np.add(x, super().forward(x, training=training), out=y)
        return y

    @overload
    def backward(self, grad_output: Array, *, input_gradient: Literal[True] = True) -> Array: ...

    @overload
    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None: ...

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = G + f'(x)ᵀ G for G = dL/dy: the first term skips the layers."""
        through = super().backward(grad_output, input_gradient=input_gradient)
        if through is None:
            return None
        grad = self.buffer("grad_input", through.shape)
        np.add(grad_output, through, out=grad)
        return grad

    @property
    def flops(self) -> int:
        """Those of f, and one addition for each element."""
        return super().flops + math.prod(self.input_shape or ())
