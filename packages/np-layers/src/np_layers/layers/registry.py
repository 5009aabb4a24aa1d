"""Layer classes by name: a saved configuration becomes objects by looking its names up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from np_layers.layers.base import Layer

LAYERS: dict[str, type[Layer]] = {}

L = TypeVar("L", bound=type[Layer])


def register(cls: L) -> L:
    """Make a layer class known to ``from_config`` and ``load`` under its class name.

    Parameters
    ----------
    cls
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
    known = LAYERS.setdefault(cls.__name__, cls)
    if (
        known is not cls
        and known.__qualname__ + known.__module__ != cls.__qualname__ + cls.__module__
    ):
        raise ValueError(
            f"a layer name must be unique, got a second {cls.__name__!r} "
            f"({cls.__module__}, known from {known.__module__}); rename the class"
        )
    LAYERS[cls.__name__] = cls
    return cls


def layer_from_config(config: Mapping[str, Any]) -> Layer:
    """Make an unbuilt layer from ``{"layer": name, **constructor keywords}``.

    Parameters
    ----------
    config
        What `layer_to_config` returned, possibly by way of JSON.

    Returns
    -------
    Layer
        Not built: sizes are inferred by the model that it is put into.

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
    name = options.pop("layer", None)
    if name not in LAYERS:
        raise KeyError(
            f"unknown layer {name!r}; known: {', '.join(sorted(LAYERS))}; "
            "a class of your own is made known with @register"
        )
    return LAYERS[name].from_config(options)


def layer_to_config(layer: Layer) -> dict[str, Any]:
    """Return ``{"layer": class name, **constructor keywords}`` with JSON values only.

    Examples
    --------
    >>> from np_layers import ReLU
    >>> layer_to_config(ReLU())
    {'layer': 'ReLU'}
    """
    return {"layer": type(layer).__name__, **layer.config()}
