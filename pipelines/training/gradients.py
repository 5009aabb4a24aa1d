"""The gradient of one batch, whole or in chunks.

A batch that is too large for the network at once goes through it in chunks of a fixed size. The
gradient of the batch is the sum of those of the chunks, in their order, each with its share of the
mean; the penalty's gradient is in it once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_layers
from pipelines.shared.config import ConfigError, Recipe
from pipelines.shared.tasks import Task

Array = NDArray[Any]
# Loss of the batch, number of right answers, gradients by parameter name.
Gradient = Callable[[Array, Array], tuple[float, int, dict[str, Array]]]


def gradient_of(name: str, recipe: Recipe, network: np_layers.Sequential, task: Task) -> Gradient:
    """Return the function that computes the gradient of a batch for the recipe called `name`."""

    def whole(inputs: Array, labels: Array) -> tuple[float, int, dict[str, Array]]:
        outputs = network.forward(inputs, training=True)
        loss, gradient = task.loss(outputs, labels)
        network.backward(gradient, input_gradient=False)
        return loss, task.right(outputs, labels), network.gradients()

    if recipe.chunk_size is None:
        return whole
    if network.buffers():
        raise ConfigError(
            f"params.yaml: recipes.{name}.chunk_size: a batch cannot be cut where layers look at "
            f"the whole of it or draw from it, got layers with {sorted(network.buffers())}"
        )
    size = recipe.chunk_size
    penalty_free = network.replica()

    def in_chunks(inputs: Array, labels: Array) -> tuple[float, int, dict[str, Array]]:
        loss, right = 0.0, 0
        total: dict[str, Array] = {}
        for start in range(0, len(labels), size):
            part = slice(start, start + size)
            model = penalty_free if total else network
            outputs = model.forward(inputs[part], training=True)
            cost, gradient = task.loss(outputs, labels[part])
            share = 1.0 if recipe.reduction == "sum" else len(outputs) / len(labels)
            model.backward(gradient * gradient.dtype.type(share), input_gradient=False)
            loss += cost * share
            right += task.right(outputs, labels[part])
            if total:
                for key, array in model.gradients().items():
                    np.add(total[key], array, out=total[key])
            else:
                total = model.gradients()
        return loss, right, total

    return in_chunks
