"""The layers of a model that are no models themselves, each with the prefix of its names."""

from __future__ import annotations

from collections.abc import Iterator

from np_layers.layers.base import Layer
from np_layers.layers.residual import Residual
from np_layers.layers.sequential import Sequential


def leaves(layer: Layer, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield (prefix, layer) in order, ``("1.0.", layer)`` for the first one inside the second.

    Parameters
    ----------
    layer
        A model, a block or a layer, built or not.
    prefix
        Of ``layer`` itself; what `Sequential.parameters` writes before a name.

    Examples
    --------
    >>> from np_layers import Dense, ReLU
    >>> [prefix for prefix, _ in leaves(Sequential([Dense(2), Sequential([ReLU()])]))]
    ['0.', '1.0.']
    """
    if isinstance(layer, Residual):
        layer = layer.body
    if not isinstance(layer, Sequential):
        yield prefix, layer
        return
    for name, inner in layer.named_layers().items():
        yield from leaves(inner, f"{prefix}{name}.")
