"""A trained network as text for the page that it answers on: pipelines/templates/digit.js runs it.

The weights are bytes of float32, little end first, in base64. This module is no command: the
report calls it.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import np_layers
from pipelines.shared.prepare import load_transforms

# The layers that digit.js computes.
LAYERS = {"BatchNorm", "Dense", "Dropout", "Flatten", "LeakyReLU", "ReLU", "Softmax"}


def encode(array: ArrayLike) -> str:
    """Return the float32 bytes of an array, rows first, as base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def embed_model(path: Path, classes: list[str]) -> str:
    """Return the network at `path`, and the transforms beside it, as JSON.

    Transforms are affine in every pixel, so what they make of 0 and of 255 says what they do.

    Raises
    ------
    ValueError
        Where a layer is not one that the page computes, or the input is no picture of 28 x 28.
    """
    network = np_layers.load(path)
    shape = network.input_shape
    if shape != (1, 28, 28):
        raise ValueError(f"{path}: the page shows pictures of shape (1, 28, 28), got {shape}")
    ends = np.stack([np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)])
    for transform in load_transforms(path.with_suffix(".json")):
        ends = transform.apply(ends)
    offset, factor = ends[0], (ends[1].astype(np.float64) - ends[0]) / 255
    layers: list[dict[str, Any]] = []
    for layer in network.layers:
        kind = type(layer).__name__
        if kind not in LAYERS:
            raise ValueError(f"{path}: the page computes {sorted(LAYERS)}, got a layer {kind}")
        if kind == "BatchNorm" and len(layer.input_shape or ()) != 1:
            raise ValueError(f"{path}: the page normalises rows, got BatchNorm before Flatten")
        arrays = layer.parameters()
        if kind == "BatchNorm":  # Dropout's buffers are of its training
            arrays = arrays | layer.buffers()
        options = {key: getattr(layer, key) for key in ("eps", "slope") if hasattr(layer, key)}
        layers.append(
            {"layer": kind, "arrays": {key: encode(value) for key, value in arrays.items()}}
            | options
        )
    model = {
        "classes": classes,
        "transform": {"arrays": {"factor": brief(factor), "offset": brief(offset)}},
        "layers": layers,
    }
    return json.dumps(model, sort_keys=True).replace("<", "\\u003c")


def brief(array: np.ndarray[Any, Any]) -> str:
    """Encode an array, or the one value that all of its elements have."""
    return encode(array.flat[:1] if (array == array.flat[0]).all() else array)
