"""Letting a model that a file describes create only the arrays that the file holds.

A few bytes can describe a layer of a thousand million units. Before such a layer is built, the
shapes of the arrays that it would create are compared with those that are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from np_layers._types import Array, Shape
from np_layers.layers._layer_list import leaves
from np_layers.layers.base import Layer
from np_layers.layers.batch_norm import BatchNorm
from np_layers.layers.conv2d import Conv2D
from np_layers.layers.dense import Dense
from np_layers.layers.layer_norm import LayerNorm

# The arrays whose size depends on the architecture; the others of a layer are not larger.
LARGEST_ARRAYS: dict[type[Layer], Callable[[Any, Shape], dict[str, Shape]]] = {
    Dense: lambda layer, x: {"weight": (x[0], layer.units)},
    Conv2D: lambda layer, x: {"weight": (layer.filters, x[0], *layer.kernel_size)},
    BatchNorm: lambda layer, x: {"weight": x[:1]},
    LayerNorm: lambda layer, x: {"weight": layer.parameter_shape(x)},
}


def allow_only(arrays: Mapping[str, Array], model: Layer) -> None:
    """Make `build` of the layers of ``model`` refuse to create any array unlike those stored.

    Parameters
    ----------
    arrays
        The stored arrays by their names in the state dictionary.
    model
        Not built yet; changed in place until it is.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dense(10**12)
    >>> allow_only({"weight": np.zeros((3, 2))}, layer)
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float32)
    Traceback (most recent call last):
    ValueError: it needs 'weight' of shape (3, 1000000000000), stored is (3, 2)
    """
    for prefix, layer in leaves(model):
        if type(layer) in LARGEST_ARRAYS:
            vars(layer)["build"] = _checked_build(layer, prefix, arrays)


def _checked_build(layer: Layer, prefix: str, arrays: Mapping[str, Array]) -> Callable[..., Shape]:
    def build(input_shape: Shape, **options: Any) -> Shape:
        del vars(layer)["build"]  # from here on the layer is as its class made it
        for name, wanted in LARGEST_ARRAYS[type(layer)](layer, input_shape).items():
            stored = arrays[prefix + name].shape if prefix + name in arrays else None
            if stored != wanted:
                raise ValueError(
                    f"it needs {prefix + name!r} of shape {wanted}, stored is {stored}"
                )
        return layer.build(input_shape, **options)

    return build
