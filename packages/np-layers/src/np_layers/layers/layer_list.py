"""The arguments of a model, checked: its list of layers, by name, and the shape of its input."""

from __future__ import annotations

from collections.abc import Iterable

from np_layers._types import Shape
from np_layers.checks import positive_int
from np_layers.layers.base import Layer


def named_layers(layers: Iterable[Layer | tuple[str, Layer]]) -> dict[str, Layer]:
    """Return the layers by name; those without one are called by their position.

    Raises
    ------
    TypeError
        If an item is neither a layer nor a pair (name, layer).
    ValueError
        If there is none, a layer or a name is there twice, or a name is empty or has a dot.
    """
    if isinstance(layers, Layer):
        raise TypeError(f"layers is a list of layers, got one {layers!r}; write [layer]")
    named: dict[str, Layer] = {}
    for i, item in enumerate(layers):
        name, layer = item if isinstance(item, tuple) and len(item) == 2 else (str(i), item)
        if not isinstance(layer, Layer):
            hint = "; write the class with parentheses" if isinstance(layer, type) else ""
            raise TypeError(f"layers[{i}] must be a Layer, got {layer!r}{hint}")
        if not isinstance(name, str):
            raise TypeError(f"the name of layers[{i}] must be a str, got {name!r}")
        if not name or "." in name or name in named:
            raise ValueError(
                f"the name of layers[{i}] must be new, not empty and without '.', got {name!r}"
            )
        if any(layer is other for other in named.values()):
            raise ValueError(f"layers[{i}] is in the list twice, got {layer!r}; make a new one")
        named[name] = layer
    if not named:
        raise ValueError("a Sequential has at least one layer, got []")
    return named


def sample_shape(input_shape: Shape | int) -> Shape:
    """Return the shape of one sample as a tuple of positive integers; 784 means (784,)."""
    sizes = input_shape if isinstance(input_shape, (tuple, list)) else (input_shape,)
    if len(sizes) == 0:
        raise ValueError("input_shape has at least one size, got (); a single number is (1,)")
    return tuple(positive_int("each size in input_shape", size) for size in sizes)
