"""Layer classes by name, and layers as JSON values (configurations)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from np_layers._names import Registry
from np_layers.layers.base import Layer

LAYERS: Registry[type[Layer]] = Registry("layer")

L = TypeVar("L", bound=type[Layer])


def register(cls: L) -> L:
    """Make a layer class known to ``from_config`` and ``load`` under its class name.

    Parameters
    ----------
    cls : type
        A subclass of `Layer`; usable as a decorator.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    ValueError
        If another class has the name already.

    Examples
    --------
    >>> @register
    ... class Twice(Layer):
    ...     def forward(self, x, *, training=False):
    ...         return 2 * self.check_input(x)
    >>> layer_from_config({"layer": "Twice"})
    Twice()
    >>> del LAYERS["Twice"]
    """
    return LAYERS.register(cls)


def layer_from_config(config: Mapping[str, Any]) -> Layer:
    """Make an unbuilt layer from ``{"layer": name, **constructor keywords}``.

    Parameters
    ----------
    config : mapping
        What `layer_to_config` returned; it may have been written as JSON and read again.

    Returns
    -------
    Layer
        Not built; the model that contains it builds it.

    Raises
    ------
    KeyError
        If no class is registered under the name.
    TypeError
        If the class does not take one of the keywords.

    Examples
    --------
    >>> from np_layers import Dense
    >>> layer_from_config({"layer": "Dense", "units": 3}).units
    3
    """
    options = dict(config)
    return LAYERS[options.pop("layer", "")].from_config(options)


def layer_to_config(layer: Layer) -> dict[str, Any]:
    """Return ``{"layer": class name, **constructor keywords}`` with JSON values only.

    Examples
    --------
    >>> from np_layers import ReLU
    >>> layer_to_config(ReLU())
    {'layer': 'ReLU'}
    """
    return {"layer": type(layer).__name__, **layer.config()}


def layers_to_config(layers: Mapping[str, Layer]) -> list[Any]:
    """Return a list of configurations; [name, configuration] where the name is not the position."""
    return [
        layer_to_config(layer) if name == str(i) else [name, layer_to_config(layer)]
        for i, (name, layer) in enumerate(layers.items())
    ]


def layers_from_config(items: Iterable[Any]) -> list[Layer | tuple[str, Layer]]:
    """Make the unbuilt layers that `layers_to_config` described."""
    return [
        (item[0], layer_from_config(item[1]))
        if isinstance(item, (list, tuple))
        else layer_from_config(item)
        for item in items
    ]
