"""What happens inside a network while it trains, one row of numbers for each round.

Activations that shrink towards zero, units that are silent for every picture, gradients that vanish
or explode from layer to layer: the loss alone does not tell them apart. Measured are the outputs of
every layer on a few training rows, always the same, and the gradients of the round's last update.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_layers

Array = NDArray[Any]
Row = dict[str, float | int]
ROWS = 128  # of the training rows whose activations are measured


def norm(arrays: Mapping[str, Array]) -> float:
    """Return the Euclidean norm of all arrays together."""
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays.values()))


def layer_statistics(
    network: np_layers.Sequential, inputs: Array, gradients: Mapping[str, Array]
) -> Row:
    """Return what the layers make of `inputs`, and how large the gradients are.

    The columns are `mean:LAYER`, `deviation:LAYER` and `silent:LAYER` (the share of exact zeros) of
    each layer's outputs in evaluation, and the Euclidean norm `gradient:PARAMETER`. A layer is
    called by its place and kind, `2.ReLU`.
    """
    row: Row = {}
    outputs = inputs
    for name, layer in network.named_layers().items():
        outputs = layer.forward(outputs)
        place = f"{name}.{type(layer).__name__}"
        row[f"mean:{place}"] = float(outputs.mean(dtype=np.float64))
        row[f"deviation:{place}"] = float(outputs.std(dtype=np.float64))
        row[f"silent:{place}"] = 1 - np.count_nonzero(outputs) / outputs.size
    return row | {f"gradient:{key}": norm({key: array}) for key, array in gradients.items()}
