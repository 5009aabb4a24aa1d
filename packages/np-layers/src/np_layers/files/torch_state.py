"""Convert a model's state to and from a PyTorch state dictionary, as plain dictionaries of arrays.

The names are those of a ``torch.nn.Sequential`` with the same layers. Three things differ: the
weight of a ``Linear`` is (out, in), the transpose of `Dense`; a ``BatchNorm`` counts its batches in
``num_batches_tracked``; and ``Dropout`` has no state. PyTorch itself is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from np_layers._types import Array
from np_layers.layers._layer_list import leaves
from np_layers.layers.base import Layer
from np_layers.layers.batch_norm import BatchNorm
from np_layers.layers.dense import Dense
from np_layers.layers.dropout import Dropout


def to_torch_state_dict(model: Layer) -> dict[str, Array]:
    """Return copies of all parameters and statistics in the layout of ``torch.nn`` modules.

    Parameters
    ----------
    model : Layer
        A built model or layer.

    Returns
    -------
    dict of str to ndarray
        For ``module.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()})``.

    Notes
    -----
    The names contain the positions of the layers, so the module needs the same list of layers.
    For `GlobalAvgPool2D` write one ``nn.Sequential(AdaptiveAvgPool2d(1), Flatten())``, for
    `Residual` a subclass of ``nn.Sequential`` whose forward adds its input.

    Examples
    --------
    >>> from np_layers import Sequential
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> {name: array.shape for name, array in to_torch_state_dict(model).items()}
    {'0.weight': (2, 3), '0.bias': (2,)}
    """
    state = {}
    for prefix, layer in leaves(model):
        if isinstance(layer, Dropout):
            continue
        for name, array in layer.state_dict().items():
            state[prefix + name] = _transposed(layer, name, array)
        if isinstance(layer, BatchNorm):
            state[f"{prefix}num_batches_tracked"] = np.zeros((), np.int64)
    return state


def from_torch_state_dict(model: Layer, state: Mapping[str, Array]) -> None:
    """Copy a PyTorch state into the arrays of ``model``, in place. An error changes nothing.

    Parameters
    ----------
    model : Layer
        A built model or layer. The buffers of Dropout keep their values, because PyTorch has no
        such state.
    state : mapping of str to ndarray
        ``{k: v.numpy() for k, v in module.state_dict().items()}``, or what `to_torch_state_dict`
        returned.

    Raises
    ------
    KeyError
        If a name is missing or unknown.
    ValueError
        If a shape or dtype differs.

    Examples
    --------
    >>> from np_layers import Sequential
    >>> model = Sequential([Dense(1)], input_shape=(2,), rng=np.random.default_rng(0))
    >>> weight, bias = np.array([[3, 4]], np.float32), np.array([5], np.float32)
    >>> from_torch_state_dict(model, {"0.weight": weight, "0.bias": bias})
    >>> model.forward(np.array([[1, 10]]))
    array([[48.]], dtype=float32)
    """
    ours = dict(state)
    for prefix, layer in leaves(model):
        if isinstance(layer, BatchNorm):
            ours.pop(f"{prefix}num_batches_tracked", None)
        for name, array in layer.state_dict().items():
            key = prefix + name
            if isinstance(layer, Dropout):
                ours.setdefault(key, array)
            elif key in ours:
                ours[key] = _transposed(layer, name, np.asarray(ours[key]))
    model.load_state_dict(ours)


def _transposed(layer: Layer, name: str, array: Array) -> Array:
    if isinstance(layer, Dense) and name == "weight":
        return np.ascontiguousarray(array.T)
    return array
