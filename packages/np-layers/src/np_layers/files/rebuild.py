"""Build the model that a file describes.

A few bytes can describe a layer with a billion units. So before a layer is built, the
shapes of its arrays are compared with the arrays in the file.
Invariant: a model from a file creates only arrays that the file holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

import numpy as np

from np_layers._types import Array, Shape
from np_layers.files.document import check_format, shorten
from np_layers.layers._layer_list import leaves
from np_layers.layers.base import Layer
from np_layers.layers.batch_norm import BatchNorm
from np_layers.layers.conv2d import Conv2D
from np_layers.layers.dense import Dense
from np_layers.layers.layer_norm import LayerNorm
from np_layers.layers.sequential import Sequential

# The shape of the weight, the largest array of a layer, from the layer and the shape of its input.
WEIGHT_SHAPES: dict[type[Layer], Callable[[Any, Shape], Shape]] = {
    Dense: lambda layer, x: (x[-1], layer.units),
    Conv2D: lambda layer, x: layer.weight_shape(x),
    BatchNorm: lambda layer, x: x[:1],
    LayerNorm: lambda layer, x: layer.parameter_shape(x),
}


def rebuild(document: Any, arrays: Mapping[str, Array]) -> Sequential:
    """Return the model that a document and the arrays stored with it describe.

    Parameters
    ----------
    document : JSON value
        What `document_of` returned, read from a file.
    arrays : mapping of str to ndarray
        What ``model.state_dict()`` returned, read from the same file.

    Raises
    ------
    ValueError
        If the format, its version or a layer is unknown, or if the arrays do not fit the
        architecture.

    Examples
    --------
    >>> from np_layers.files.document import document_of
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> rebuild(document_of(model), model.state_dict()).layers[0].units
    2
    """
    check_format(document)
    try:
        options = dict(document["model"])
        _refuse_built(options["layers"])
        unbuilt = Sequential.from_config({"layers": options.pop("layers")})
        allow_only(arrays, unbuilt)
        layers = unbuilt.named_layers().items()
        model = Sequential(layers, **options, rng=_Constants(np.random.PCG64(0)))
        model.load_state_dict(arrays)
    except Exception as error:  # a wrong document can cause any error
        reason = error.args[0] if isinstance(error, KeyError) and error.args else error
        raise ValueError(f"the architecture cannot be built: {reason}") from error
    return model


def allow_only(arrays: Mapping[str, Array], model: Layer) -> None:
    """Let the layers of ``model`` be built only with arrays of the stored shapes.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        The stored arrays by their names in the state dictionary.
    model : Layer
        Not built yet. The method ``build`` of its layers is replaced until they are built.

    Examples
    --------
    >>> layer = Dense(10**12)
    >>> allow_only({"weight": np.zeros((3, 2))}, layer)
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float32)
    Traceback (most recent call last):
    ValueError: 'weight' must have the stored shape (3, 2), got (3, 1000000000000)
    """
    for prefix, layer in leaves(model):
        if type(layer) in WEIGHT_SHAPES:
            vars(layer)["build"] = _checked_build(layer, prefix, arrays)


def _checked_build(layer: Layer, prefix: str, arrays: Mapping[str, Array]) -> Callable[..., Shape]:
    def build(input_shape: Shape, **options: Any) -> Shape:
        del vars(layer)["build"]  # from here on, the class's method is used
        name, shape = f"{prefix}weight", WEIGHT_SHAPES[type(layer)](layer, input_shape)
        stored = arrays[name].shape if name in arrays else None
        if _is_old_layer_norm(layer, input_shape) and stored == input_shape[-1:]:
            layer.normalized_shape = stored
        elif stored != shape:
            raise ValueError(f"{name!r} must have the stored shape {stored}, got {shape}")
        return layer.build(input_shape, **options)

    return build


def _is_old_layer_norm(layer: Layer, input_shape: Shape) -> TypeGuard[LayerNorm]:
    """Return whether the layer can be a LayerNorm of 0.1.0, which took the last axis only."""
    is_default = isinstance(layer, LayerNorm) and layer.normalized_shape is None
    return is_default and len(input_shape) > 1


def _refuse_built(layers: Any) -> None:
    """Raise ValueError if a layer has an input_shape: it would be built before `allow_only`."""
    for item in layers:
        config = item[1] if isinstance(item, list) else item
        if "input_shape" in config:
            raise ValueError(f"only the model has an input_shape, got one in {shorten(config)}")
        _refuse_built(config.get("layers", ()))


class _Constants(np.random.Generator):
    """Draws constants: they are faster, and the stored parameters replace them anyway."""

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        return np.full(size, 0.5)

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        return np.zeros(size)
