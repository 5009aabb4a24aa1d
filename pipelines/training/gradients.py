"""The gradient of one batch: of the whole batch, in chunks one by one, or in shards side by side.

A recipe cuts its batches into chunks of a size (when a batch is too large for the network at once)
or into a number of shards (one per thread). The machine has no influence on the cut, and the pieces
are summed in order, so any number of threads gives the same bits. The gradient of a batch is the
sum of those of its pieces, each with its share of the mean; the penalty's gradient is added once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import np_layers
from np_layers.kernels.threads import for_each
from pipelines.recipes.schema import Recipe
from pipelines.training.tasks import Task

Array = NDArray[Any]


class BatchResult(NamedTuple):
    """Loss of a batch or its share of it, number of correct predictions, gradients by parameter."""

    loss: float
    correct: int
    gradients: dict[str, Array]


Gradient = Callable[[Array, Array], BatchResult]


def gradient_of(recipe: Recipe, network: np_layers.Sequential, task: Task) -> Gradient:
    """Return the function that computes the gradient of a batch for a recipe."""

    def piece(
        model: np_layers.Sequential, inputs: Array, labels: Array, share: float = 1.0
    ) -> BatchResult:
        outputs = model.forward(inputs, training=True)
        loss, gradient = task.loss(outputs, labels)
        if share != 1.0:
            gradient = gradient * gradient.dtype.type(share)
        model.backward(gradient, input_gradient=False)
        return BatchResult(loss * share, task.count_correct(outputs, labels), model.gradients())

    def share_of(count: int, whole: int) -> float:
        return 1.0 if recipe.reduction == "sum" else count / whole

    if recipe.chunk_size is not None:
        if network.buffers():
            raise recipe.error(
                "chunk_size",
                "a batch cannot be cut when a layer needs the whole batch, "
                f"got layers with {sorted(network.buffers())}",
            )
        size = recipe.chunk_size
        penalty_free = network.replica()

        def in_chunks(inputs: Array, labels: Array) -> BatchResult:
            rows = len(labels)
            total = piece(network, inputs[:size], labels[:size], share_of(min(size, rows), rows))
            for start in range(size, rows, size):
                chunk = inputs[start : start + size], labels[start : start + size]
                total = _add(total, piece(penalty_free, *chunk, share_of(len(chunk[1]), rows)))
            return total

        return in_chunks

    if recipe.shards > 1:
        models = [network, *(network.replica(index) for index in range(1, recipe.shards))]

        def in_shards(inputs: Array, labels: Array) -> BatchResult:
            rows = len(labels)
            # Rounded up, so that the first shard, which has the penalty, is never empty.
            ends = [-(-rows * index // recipe.shards) for index in range(recipe.shards + 1)]
            results: dict[int, BatchResult] = {}

            def one(place: slice) -> None:
                index = place.start
                rows_of = slice(ends[index], ends[index + 1])
                if rows_of.stop > rows_of.start:
                    shard = inputs[rows_of], labels[rows_of]
                    results[index] = piece(models[index], *shard, share_of(len(shard[1]), rows))

            _copy_buffers(models)
            for_each(one, recipe.shards)
            total, *others = (results[index] for index in sorted(results))
            for other in others:
                total = _add(total, other)
            return total

        return in_shards

    return lambda inputs, labels: piece(network, inputs, labels)


def _add(total: BatchResult, more: BatchResult) -> BatchResult:
    """Add the result of a further piece; the gradients are added in place."""
    for key, array in more.gradients.items():
        np.add(total.gradients[key], array, out=total.gradients[key])
    return BatchResult(total.loss + more.loss, total.correct + more.correct, total.gradients)


def _copy_buffers(models: Sequence[np_layers.Sequential]) -> None:
    """Give every shard the buffers of the first.

    BatchNorm's running statistics are those that the first shard sees, as in PyTorch's
    DistributedDataParallel, and Dropout's counters stay equal, also after a checkpoint.
    """
    first, *others = (model.buffers() for model in models)
    for buffers in others:
        for key, array in first.items():
            buffers[key][...] = array
