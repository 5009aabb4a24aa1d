"""The task of a network: its loss, its probabilities, and what is measured.

A recipe's loss and the labels of its data set decide the task. The cross entropy takes the outputs
as logits; the mean squared error compares them with one-hot rows, or with the values of a
regression. The class with the largest output is the prediction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
import np_layers
import np_metrics
from pipelines.recipes.schema import Recipe

Array = NDArray[Any]


class Task:
    """Base class of all tasks: a regression, whose outputs are compared with values."""

    classifies = False

    def __init__(self, recipe: Recipe) -> None:
        self.reduction = recipe.reduction
        cross_entropy, squared_error = recipe.loss.cross_entropy, recipe.loss.mean_squared_error
        self.label_smoothing = 0.0 if cross_entropy is None else cross_entropy.label_smoothing
        self.factor = 1.0 if squared_error is None else squared_error.factor

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the loss of a batch and its gradient with respect to the outputs."""
        return self._squared_error(outputs, labels.astype(outputs.dtype, copy=False))

    def count_correct(self, outputs: Array, labels: Array) -> int:
        """Return how many rows are predicted correctly; 0 for a regression."""
        return 0

    def probabilities(self, outputs: Array) -> Array:
        """Return rows that sum to one, ``(n, classes)``, or the values of a regression."""
        return outputs

    def measure(self, probabilities: Array, labels: Array) -> dict[str, float]:
        """Return the metrics of some predictions."""
        error = probabilities.astype(np.float64) - labels
        return {
            "mse": float(np.square(error).sum(axis=0).sum() / error.size),
            "max_error": float(np.abs(error).max()),
        }

    def _squared_error(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        loss, gradient = np_layers.mean_squared_error(outputs, targets, reduction=self.reduction)
        return loss * self.factor, gradient * gradient.dtype.type(self.factor)


class Classification(Task):
    """Logits, softmax and cross entropy."""

    classifies = True

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the cross entropy of a batch and its gradient."""
        return np_layers.cross_entropy(
            outputs, labels, reduction=self.reduction, label_smoothing=self.label_smoothing
        )

    def count_correct(self, outputs: Array, labels: Array) -> int:
        """Return how many rows have their largest output at their label."""
        return int(np.count_nonzero(outputs.argmax(axis=1) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the softmax of the logits."""
        return np_layers.softmax(outputs)

    def measure(self, probabilities: Array, labels: Array) -> dict[str, float]:
        """Return accuracy, macro precision, recall and F1, and log loss."""
        probabilities = probabilities.astype(np.float64)
        classes = list(range(probabilities.shape[1]))
        predicted = probabilities.argmax(axis=1)
        options: dict[str, Any] = {"labels": classes, "zero_division": 0}
        rows = probabilities / probabilities.sum(axis=1, keepdims=True)
        return {
            "accuracy": float(np_metrics.accuracy(labels, predicted)),
            "precision": float(np_metrics.precision(labels, predicted, **options)),
            "recall": float(np_metrics.recall(labels, predicted, **options)),
            "f1": float(np_metrics.f1(labels, predicted, **options)),
            "log_loss": float(np_metrics.log_loss(labels, rows, labels=classes)),
        }


class BinaryClassification(Classification):
    """One logit, its sigmoid, and the binary cross entropy."""

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the binary cross entropy of a batch and its gradient."""
        targets = labels.reshape(outputs.shape).astype(outputs.dtype)
        return np_layers.binary_cross_entropy(outputs, targets, reduction=self.reduction)

    def count_correct(self, outputs: Array, labels: Array) -> int:
        """Return how many logits have the sign of their label."""
        return int(np.count_nonzero((outputs[:, 0] > 0) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the probabilities of class 0 and class 1, shape ``(n, 2)``."""
        return np.hstack([np_layers.sigmoid(-outputs), np_layers.sigmoid(outputs)])


class OneHotRegression(Classification):
    """Outputs compared with one-hot rows by the mean squared error."""

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the squared error of a batch and its gradient."""
        targets = np_data.one_hot(labels, outputs.shape[1], dtype=outputs.dtype)
        return self._squared_error(outputs, targets)

    def probabilities(self, outputs: Array) -> Array:
        """Return the outputs scaled to sum to one."""
        positive = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        return np.asarray(positive / positive.sum(axis=1, keepdims=True))


def task_of(recipe: Recipe, labels: Array) -> Task:
    """Return the task of a recipe on labels of this kind."""
    if recipe.loss.cross_entropy is not None:
        return Classification(recipe)
    if recipe.loss.binary_cross_entropy is not None:
        return BinaryClassification(recipe)
    return OneHotRegression(recipe) if labels.dtype.kind in "iu" else Task(recipe)
