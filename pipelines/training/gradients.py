"""The gradient of one batch: whole, in chunks one after the other, or in shards side by side.

A batch is cut where the recipe says, into chunks of a size (a batch that is too large for the
network at once) or into a number of shards (for as many threads as there are cores). The cut is
the recipe's, never the machine's, and the parts are summed in their order: so any number of threads
gives the same bits. The gradient of the batch is the sum of those of its parts, each with its share
of the mean; the penalty's gradient is in it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import np_layers
from np_layers.kernels.threads import for_each
from pipelines.shared.recipe import Recipe
from pipelines.shared.tasks import Task

Array = NDArray[Any]


class Outcome(NamedTuple):
    """Loss of a batch or its share of it, number of right answers, gradients by parameter."""

    loss: float
    right: int
    gradients: dict[str, Array]


Gradient = Callable[[Array, Array], Outcome]


def gradient_of(recipe: Recipe, network: np_layers.Sequential, task: Task) -> Gradient:
    """Return the function that computes the gradient of a batch for a recipe."""

    def part(
        model: np_layers.Sequential, inputs: Array, labels: Array, share: float = 1.0
    ) -> Outcome:
        outputs = model.forward(inputs, training=True)
        loss, gradient = task.loss(outputs, labels)
        if share != 1.0:
            gradient = gradient * gradient.dtype.type(share)
        model.backward(gradient, input_gradient=False)
        return Outcome(loss * share, task.right(outputs, labels), model.gradients())

    def share_of(count: int, whole: int) -> float:
        return 1.0 if recipe.reduction == "sum" else count / whole

    if recipe.chunk_size is not None:
        if network.buffers():
            raise recipe.wrong(
                "chunk_size",
                "a batch cannot be cut where layers look at the whole of it or draw from it, "
                f"got layers with {sorted(network.buffers())}",
            )
        size = recipe.chunk_size
        penalty_free = network.replica()

        def in_chunks(inputs: Array, labels: Array) -> Outcome:
            rows = len(labels)
            total = part(network, inputs[:size], labels[:size], share_of(min(size, rows), rows))
            for start in range(size, rows, size):
                chunk = inputs[start : start + size], labels[start : start + size]
                more = part(penalty_free, *chunk, share_of(len(chunk[1]), rows))
                total = _sum(total, more)
            return total

        return in_chunks

    if recipe.shards > 1:
        models = [network, *(network.replica(index) for index in range(1, recipe.shards))]

        def in_shards(inputs: Array, labels: Array) -> Outcome:
            rows = len(labels)
            # Rounded up, so that the first shard, which has the penalty, is never empty.
            ends = [-(-rows * index // recipe.shards) for index in range(recipe.shards + 1)]
            outcomes: dict[int, Outcome] = {}

            def one(piece: slice) -> None:
                index = piece.start
                rows_of = slice(ends[index], ends[index + 1])
                if rows_of.stop > rows_of.start:
                    shard = inputs[rows_of], labels[rows_of]
                    share = share_of(len(shard[1]), rows)
                    outcomes[index] = part(models[index], *shard, share)

            _share_buffers(models)
            for_each(one, recipe.shards)
            total, *others = (outcomes[index] for index in sorted(outcomes))
            for other in others:
                total = _sum(total, other)
            return total

        return in_shards

    return lambda inputs, labels: part(network, inputs, labels)


def _sum(total: Outcome, more: Outcome) -> Outcome:
    """Add the gradients of a further part to those of the parts before it, in place."""
    for key, array in more.gradients.items():
        np.add(total.gradients[key], array, out=total.gradients[key])
    return Outcome(total.loss + more.loss, total.right + more.right, total.gradients)


def _share_buffers(models: Sequence[np_layers.Sequential]) -> None:
    """Give every shard the buffers of the first.

    BatchNorm's running statistics are those that the first shard sees, and Dropout's counters stay
    equal, also after a checkpoint; PyTorch's DistributedDataParallel does the same.
    """
    first, *others = (model.buffers() for model in models)
    for buffers in others:
        for key, array in first.items():
            buffers[key][...] = array
