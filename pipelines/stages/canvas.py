"""Export a trained network as JSON for the page, where stages/templates/network.js computes it.

The stage `report` calls this module. The page computes in exact arithmetic, and an exact product
rounds its weight to a grid before it multiplies. So a weight is embedded as integers on that grid:
they give the same outputs to the last bit, and take half the space of float32 numbers in base64.
Biases and transforms are bytes of little-endian float32 in base64.
"""

import base64
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import np_data
import np_layers
from np_layers.arithmetic import exact
from pipelines.data.transforms import load_transforms
from pipelines.stages.page.packing import pack

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


def embed_weight(weight: NDArray[np.float32]) -> dict[str, Any]:
    """Return the weight of a layer on the grid of its products.

    The weight is ``scale`` times integers / 2**22 with |integers| ≤ 2**22. ``planes`` has three
    bytes of each integer (two's complement): first the lowest byte of all integers, then the middle
    bytes, then the highest.
    """
    terms = max(weight.shape[:2]) * math.prod(weight.shape[2:])  # as Dense and Conv2D count them
    operand = exact.weights(weight, terms)
    (values,) = operand.slices
    scale = operand.scale.item()
    integers = (values / scale * 2**22).astype("<i4")
    planes = integers.reshape(-1, 1).view(np.uint8)[:, :3].T
    return {"scale": scale, "planes": pack(planes.tobytes(), noise=True)}


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
        parameters = layer.parameters()
        options = {"slope": layer.slope} if hasattr(layer, "slope") else {}
        if kind == "Conv2D":
            options["shape"] = [*(layer.input_shape or ()), *parameters["weight"].shape]
        arrays = {
            key: embed_weight(value) if key == "weight" else encode(value)
            for key, value in parameters.items()
        }
        layers.append({"layer": kind, "arrays": arrays} | options)
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
