"""What a network is asked: which outputs answer it, what is lost, what is measured.

A recipe's loss decides the task. With cross entropy the outputs are logits; with the mean squared
error they are compared with one-hot rows. In both cases the class with the largest output is the
answer.
"""

from __future__ import annotations

from typing import Protocol

import np_data
import np_layers
import numpy as np
from numpy.typing import NDArray

from pipelines.config import Recipe

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


class Task(Protocol):
    """How outputs of a network and labels belong together."""

    def loss(self, outputs: Array, labels: Labels) -> tuple[float, Array]:
        """Return the loss of a batch and its gradient with respect to the outputs."""
        ...

    def probabilities(self, outputs: Array) -> Array:
        """Return rows that sum to one, shape (n, classes)."""
        ...


class Classification:
    """Logits, softmax and cross entropy."""

    def __init__(self, recipe: Recipe) -> None:
        self.reduction = recipe.reduction

    def loss(self, outputs: Array, labels: Labels) -> tuple[float, Array]:
        """Return the cross entropy of a batch and its gradient."""
        return np_layers.cross_entropy(outputs, labels, reduction=self.reduction)

    def probabilities(self, outputs: Array) -> Array:
        """Return the softmax of the logits."""
        return np_layers.softmax(outputs)


class OneHotRegression:
    """Outputs in [0, 1] compared with one-hot rows by the mean squared error."""

    def __init__(self, recipe: Recipe) -> None:
        self.reduction = recipe.reduction

    def loss(self, outputs: Array, labels: Labels) -> tuple[float, Array]:
        """Return the squared error of a batch and its gradient."""
        targets = np_data.one_hot(labels, outputs.shape[1], dtype=outputs.dtype)
        return np_layers.mean_squared_error(outputs, targets, reduction=self.reduction)

    def probabilities(self, outputs: Array) -> Array:
        """Return the outputs scaled to sum to one."""
        positive = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        return positive / positive.sum(axis=1, keepdims=True)


TASKS: dict[str, type[Classification] | type[OneHotRegression]] = {
    "cross_entropy": Classification,
    "mean_squared_error": OneHotRegression,
}


def task_of(recipe: Recipe) -> Task:
    """Return the task that the recipe's loss stands for."""
    return TASKS[recipe.loss](recipe)
