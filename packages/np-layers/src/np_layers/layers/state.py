"""The state of a model, parameters and buffers, as a flat dictionary: copied out and in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from np_layers._types import Array
from np_layers.layers.base import Layer


def state_dict(layer: Layer) -> dict[str, Array]:
    """Return copies of all parameters and buffers by name.

    Parameters
    ----------
    layer
        A built layer or model.

    Examples
    --------
    >>> from np_layers import Dense, Sequential
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> list(state_dict(model))
    ['0.weight', '0.bias']
    """
    live = {**layer.parameters(), **layer.buffers()}
    return {name: array.copy() for name, array in live.items()}


def load_state_dict(layer: Layer, state: Mapping[str, Array]) -> None:
    """Copy a state into the live arrays of ``layer``: all of it, or nothing when a check fails.

    Parameters
    ----------
    layer
        A built layer or model; its arrays are written in place.
    state
        What `state_dict` returned for a model of the same configuration.

    Raises
    ------
    KeyError
        If a name is missing or unknown.
    ValueError
        If a shape or dtype differs.
    """
    live = {**layer.parameters(), **layer.buffers()}
    missing, unknown = sorted(live.keys() - state.keys()), sorted(state.keys() - live.keys())
    if missing or unknown:
        raise KeyError(
            f"a state has the names of the model, got missing {missing}, unknown {unknown}; "
            "is it the state of another architecture?"
        )
    given = {name: np.asarray(state[name]) for name in live}
    for name, array in live.items():
        if given[name].shape != array.shape:
            raise ValueError(
                f"{name!r} must have shape {array.shape}, got {given[name].shape}; "
                "is it the state of another architecture?"
            )
        if not np.can_cast(given[name].dtype, array.dtype, "equiv"):
            raise ValueError(
                f"{name!r} must have dtype {array.dtype}, got {given[name].dtype}; "
                f"convert it with .astype(numpy.{array.dtype}) if that is meant"
            )
    for name, array in live.items():
        array[...] = given[name]
