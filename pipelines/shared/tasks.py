"""What a network is asked: which outputs answer it, what is lost, what is measured.

A recipe's loss and the labels of its data set decide the task. Cross entropy takes the outputs as
logits; the mean squared error compares them with one-hot rows, or with the values of a regression.
Of several classes the one with the largest output is the answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
import np_layers
import np_metrics
from pipelines.shared.recipe import Recipe

Array = NDArray[Any]


class Task:
    """How the outputs of a network and the labels belong together; the base is a regression."""

    classifies = False

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the loss of a batch and its gradient with respect to the outputs."""
        return self._squared(outputs, labels.astype(outputs.dtype, copy=False))

    def right(self, outputs: Array, labels: Array) -> int:
        """Return how many rows are answered right; none are where values are asked for."""
        return 0

    def probabilities(self, outputs: Array) -> Array:
        """Return what the outputs say: rows that sum to one, `(n, classes)`, or the values."""
        return outputs

    def measure(self, probabilities: Array, labels: Array) -> dict[str, Any]:
        """Return the metrics of what `probabilities` made of outputs, as plain numbers."""
        error = probabilities.astype(np.float64) - labels
        return {
            "mse": float(np.square(error).sum(axis=0).sum() / error.size),
            "max_error": float(np.abs(error).max()),
        }

    def _squared(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        loss, gradient = np_layers.mean_squared_error(
            outputs, targets, reduction=self.recipe.reduction
        )
        factor = self.recipe.loss_factor
        return loss * factor, gradient * gradient.dtype.type(factor)


class Classification(Task):
    """Logits, softmax and cross entropy."""

    classifies = True

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the cross entropy of a batch and its gradient."""
        return np_layers.cross_entropy(
            outputs,
            labels,
            reduction=self.recipe.reduction,
            label_smoothing=self.recipe.label_smoothing,
        )

    def right(self, outputs: Array, labels: Array) -> int:
        """Return how many rows have their largest output at their label."""
        return int(np.count_nonzero(outputs.argmax(axis=1) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the softmax of the logits."""
        return np_layers.softmax(outputs)

    def measure(self, probabilities: Array, labels: Array) -> dict[str, Any]:
        """Return accuracy, macro precision, recall and F1, F1 of each class, and log loss."""
        probabilities = probabilities.astype(np.float64)
        classes = list(range(probabilities.shape[1]))
        answers = probabilities.argmax(axis=1)
        options: dict[str, Any] = {"labels": classes, "zero_division": 0}
        return {
            "accuracy": float(np_metrics.accuracy(labels, answers)),
            "precision": float(np_metrics.precision(labels, answers, **options)),
            "recall": float(np_metrics.recall(labels, answers, **options)),
            "f1": float(np_metrics.f1(labels, answers, **options)),
            "f1_per_class": np.asarray(
                np_metrics.f1(labels, answers, average=None, **options)
            ).tolist(),
            "log_loss": float(
                np_metrics.log_loss(
                    labels, probabilities / probabilities.sum(axis=1, keepdims=True), labels=classes
                )
            ),
        }


class BinaryClassification(Classification):
    """One logit, its sigmoid, and the binary cross entropy."""

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the binary cross entropy of a batch and its gradient."""
        targets = labels.reshape(outputs.shape).astype(outputs.dtype)
        return np_layers.binary_cross_entropy(outputs, targets, reduction=self.recipe.reduction)

    def right(self, outputs: Array, labels: Array) -> int:
        """Return how many logits have the sign of their label."""
        return int(np.count_nonzero((outputs[:, 0] > 0) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the probabilities of class 0 and class 1, shape `(n, 2)`."""
        return np.hstack([np_layers.sigmoid(-outputs), np_layers.sigmoid(outputs)])


class OneHotRegression(Classification):
    """Outputs compared with one-hot rows by the mean squared error."""

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the squared error of a batch and its gradient."""
        return self._squared(
            outputs, np_data.one_hot(labels, outputs.shape[1], dtype=outputs.dtype)
        )

    def probabilities(self, outputs: Array) -> Array:
        """Return the outputs scaled to sum to one."""
        positive = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        return np.asarray(positive / positive.sum(axis=1, keepdims=True))


def task_of(recipe: Recipe, labels: Array) -> Task:
    """Return the task that the recipe's loss and the kind of labels stand for."""
    if recipe.loss == "cross_entropy":
        return Classification(recipe)
    if recipe.loss == "binary_cross_entropy":
        return BinaryClassification(recipe)
    return OneHotRegression(recipe) if labels.dtype.kind in "iu" else Task(recipe)
