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

import np_data
import np_layers
from pipelines.data.transforms import load_transforms

# The layers that network.js computes.
LAYERS = {
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "LeakyReLU",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
}


def encode(array: ArrayLike) -> str:
    """Return the float32 bytes of an array, rows first, as base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def embed_model(path: Path, classes: list[str]) -> str:
    """Return the network at ``path``, and the transforms beside it, as JSON.

    Raises
    ------
    ValueError
        If the page cannot compute a layer, or if the input is not an image of 28 x 28.
    """
    network = np_layers.load(path)
    shape = network.input_shape
    if shape != (1, 28, 28):
        raise ValueError(f"{path}: the page needs inputs of shape (1, 28, 28), got {shape}")
    layers: list[dict[str, Any]] = []
    for layer in network.layers:
        kind = type(layer).__name__
        if kind not in LAYERS:
            raise ValueError(f"{path}: the page computes {sorted(LAYERS)}, got a layer {kind}")
        if isinstance(layer, np_layers.Conv2D) and (
            layer.stride != (1, 1) or layer.padding != (0, 0)
        ):
            raise ValueError(
                f"{path}: the page computes Conv2D with stride 1 and no padding, "
                f"got stride {layer.stride}, padding {layer.padding}"
            )
        arrays = layer.parameters()
        options = {"slope": layer.slope} if hasattr(layer, "slope") else {}
        if kind == "Conv2D":
            options["shape"] = [*(layer.input_shape or ()), *arrays["weight"].shape]
        layers.append(
            {"layer": kind, "arrays": {key: encode(value) for key, value in arrays.items()}}
            | options
        )
    model = {
        "classes": classes,
        "transforms": [
            embed_transform(transform) for transform in load_transforms(path.with_suffix(".json"))
        ],
        "layers": layers,
    }
    return json.dumps(model, sort_keys=True).replace("<", "\\u003c")


def embed_transform(transform: np_data.Transform) -> dict[str, str]:
    """Return what a transform subtracts from the pixels, and what it divides them by."""
    if not isinstance(transform, np_data.Scale | np_data.Standardize):
        raise ValueError(f"the page computes Scale and Standardize, got {type(transform).__name__}")
    state = transform.to_dict()
    if "divisor" in state:
        return {"divide": encode([state["divisor"]])}
    arrays = {"subtract": encode(state["mean"])}
    if not state["mean_only"]:
        std = np.array(state["std"])
        arrays["divide"] = encode(np.where(std > 0, std, 1))
    return arrays
