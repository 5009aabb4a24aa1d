"""Export a trained network as JSON for the page, where stages/templates/network.js computes it.

The weights are bytes of little-endian float32 in base64. The stage `report` calls this module.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import np_layers
from pipelines.data.transforms import load_transforms

# The layers that network.js computes.
LAYERS = {"BatchNorm", "Conv2D", "Dense", "Dropout", "Flatten", "LeakyReLU", "ReLU", "Softmax"}


def encode(array: ArrayLike) -> str:
    """Return the float32 bytes of an array, rows first, as base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def embed_model(path: Path, classes: list[str]) -> str:
    """Return the network at `path`, and the transforms beside it, as JSON.

    Transforms are affine in every pixel, so their results for 0 and 255 describe them.

    Raises
    ------
    ValueError
        If the page cannot compute a layer, or if the input is not an image of 28 x 28.
    """
    network = np_layers.load(path)
    shape = network.input_shape
    if shape != (1, 28, 28):
        raise ValueError(f"{path}: the page needs inputs of shape (1, 28, 28), got {shape}")
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
        if isinstance(layer, np_layers.Conv2D) and (
            layer.stride != (1, 1) or layer.padding != (0, 0)
        ):
            raise ValueError(
                f"{path}: the page computes Conv2D with stride 1 and no padding, "
                f"got stride {layer.stride}, padding {layer.padding}"
            )
        arrays = layer.parameters()
        if kind == "BatchNorm":  # Dropout's buffers are of its training
            arrays = arrays | layer.buffers()
        options = {key: getattr(layer, key) for key in ("eps", "slope") if hasattr(layer, key)}
        if kind == "Conv2D":
            options["shape"] = [*(layer.input_shape or ()), *arrays["weight"].shape]
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
