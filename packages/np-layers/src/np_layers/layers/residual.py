"""A residual block: layers that learn what to add to their input."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register
from np_layers.layers.sequential import Sequential


@register
class Residual(Layer):
    """y = x + f(x), where f is a list of layers that keeps the shape.

    Parameters
    ----------
    layers
        Layers, or pairs (name, layer), as in `Sequential`; parameters are named alike.

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
        self.body = Sequential(layers)

    @property
    def layers(self) -> list[Layer]:
        """The layers of f in order."""
        return self.body.layers

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Build the layers of f; their output must have the input's shape."""
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        output_shape = self.body.build(shape, rng=rng, dtype=dtype)
        if output_shape != shape:
            raise ValueError(
                f"the layers of a Residual must keep the shape {shape} to be added to it, "
                f"got {output_shape}; change units, filters or padding of the last layers"
            )
        self.body.enter_model()
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = x + f(x), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        np.add(x, self.body.forward(x, training=training), out=y)
        if training:
            self.save_for_backward()
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy + f'(x)ᵀ dL/dy: the first term passes any number of blocks."""
        self.saved()
        through = self.body.backward(grad_output, input_gradient=input_gradient)
        if through is None:
            return None
        grad = self.buffer("grad_input", through.shape)
        np.add(grad_output, through, out=grad)
        return grad

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays of f: ``"0.weight"``, …."""
        return self.body.parameters()

    def gradients(self) -> dict[str, Array]:
        """Return the live gradients under the names of `parameters`."""
        return self.body.gradients()

    def buffers(self) -> dict[str, Array]:
        """Return the live arrays that are state but not trained."""
        return self.body.buffers()

    def penalty(self) -> float:
        """Return the penalty of the layers of f."""
        return self.body.penalty()

    @property
    def flops(self) -> int:
        """Those of f, and one addition for each element."""
        return self.body.flops + math.prod(self.input_shape or ())

    def replica(self, index: int = 1) -> Residual:
        """Return a second block that shares the parameters; see `Layer.replica`."""
        twin = super().replica(index)
        twin.body = self.body.replica(index)
        return twin

    def clear_saved(self) -> None:
        """Drop what the last training forward remembered."""
        super().clear_saved()
        self.body.clear_saved()

    def config(self) -> dict[str, Any]:
        """Return ``{"layers": […]}`` as `Sequential` does."""
        return self.body.config()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Residual:
        """Make the block that `config` described."""
        block = cls.__new__(cls)
        block.body = Sequential.from_config(config)
        return block

    def __repr__(self) -> str:
        return repr(self.body).replace("Sequential", "Residual", 1)
