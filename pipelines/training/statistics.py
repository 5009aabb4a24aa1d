"""Statistics of the layers during training: one row of numbers for each measurement.

The loss alone does not show whether activations shrink towards zero, units output zero for every
image, or gradients vanish or explode from layer to layer. The outputs of every layer are measured
on the same few training rows each time. The gradients are those of the last update, before they are
clipped.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_layers
import np_optim

Array = NDArray[Any]
Row = dict[str, float | int]
PROBE_ROWS = 128  # training rows on which the layers are measured


def gradient_norms(gradients: Mapping[str, Array]) -> tuple[float, Row]:
    """Return the norm of all gradients together, and of each as ``gradient:PARAMETER``."""
    norms = {f"gradient:{key}": norm({key: array}) for key, array in gradients.items()}
    return norm(gradients), norms


def norm(gradients: Mapping[str, Array]) -> float:
    """Return √(Σ g²), with the same bits on every machine."""
    return np_optim.clip_by_norm(gradients, math.inf)[1]


def total(array: Array) -> float:
    """Return the sum of all numbers: over the rows in order, then over the columns exactly."""
    return math.fsum(array.reshape(len(array), -1).sum(axis=0, dtype=np.float64))


def layer_statistics(network: np_layers.Sequential, inputs: Array) -> Row:
    """Return the statistics of every layer's outputs for ``inputs`` in evaluation.

    The columns are ``mean:LAYER``, ``deviation:LAYER`` and ``silent:LAYER`` (the fraction of exact
    zeros). A layer is called by its place and kind, ``2.ReLU``.
    """
    row: Row = {}
    outputs = inputs
    for name, layer in network.named_layers().items():
        outputs = layer.forward(outputs)
        place = f"{name}.{type(layer).__name__}"
        mean = total(outputs) / outputs.size
        squares = np.square(outputs - np.float64(mean))
        row[f"mean:{place}"] = mean
        row[f"deviation:{place}"] = math.sqrt(total(squares) / outputs.size)
        row[f"silent:{place}"] = 1 - np.count_nonzero(outputs) / outputs.size
    return row
