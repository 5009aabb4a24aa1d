"""The task of a network: its loss, its probabilities, and what is measured.

A recipe's loss and the labels of its data set decide the task. The cross entropy takes the outputs
as logits; the mean squared error compares them with one-hot rows, or with the values of a
regression. The class with the largest output is the prediction.
"""

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import np_data
import np_layers
import np_metrics
from pipelines.environment import ARITHMETIC
from pipelines.recipes.choices import build
from pipelines.recipes.schema import Recipe

Array = NDArray[Any]
Reduction = Literal["mean", "sum"]


class Task:
    """Base class of all tasks: a regression, whose outputs are compared with values."""

    classifies = False

    def __init__(self, reduction: Reduction, *, factor: float = 1.0) -> None:
        if not factor > 0:
            raise ValueError(f"factor must be positive, got {factor!r}")
        self.reduction: Reduction = reduction
        self.factor = factor

    def outputs_for(self, labels: Array) -> int:
        """Return how many outputs the network needs: one for each value, or for each class."""
        return int(labels.shape[1])

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the loss of a batch and its gradient with respect to the outputs."""
        targets = labels.astype(outputs.dtype, copy=False)
        loss, gradient = np_layers.mean_squared_error(
            outputs, targets, reduction=self.reduction, arithmetic=ARITHMETIC
        )
        return loss * self.factor, gradient * gradient.dtype.type(self.factor)

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
            "mse": math.fsum(np.square(error).ravel()) / error.size,
            "max_error": float(np.abs(error).max()),
        }


class OneHotRegression(Task):
    """Class ids as one-hot rows, compared with the outputs by the mean squared error."""

    classifies = True

    def outputs_for(self, labels: Array) -> int:
        """Return the number of classes; the labels are 0, 1, … without gaps."""
        return int(labels.max()) + 1

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the squared error of a batch and its gradient."""
        return super().loss(outputs, np_data.one_hot(labels, outputs.shape[1], outputs.dtype))

    def count_correct(self, outputs: Array, labels: Array) -> int:
        """Return how many rows have their largest output at their label."""
        return int(np.count_nonzero(outputs.argmax(axis=1) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the outputs scaled to sum to one."""
        positive = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        return np.asarray(positive / positive.sum(axis=1, keepdims=True))

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


class Classification(OneHotRegression):
    """Logits, softmax and cross entropy."""

    def __init__(
        self,
        reduction: Reduction,
        *,
        label_smoothing: float = 0.0,
        class_weights: list[float] | None = None,
    ) -> None:
        super().__init__(reduction)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing must be in [0, 1), got {label_smoothing!r}")
        self.label_smoothing = label_smoothing
        self.class_weights = class_weights

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the cross entropy of a batch and its gradient."""
        return np_layers.cross_entropy(
            outputs,
            labels,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
            class_weights=self.class_weights,
            arithmetic=ARITHMETIC,
        )

    def probabilities(self, outputs: Array) -> Array:
        """Return the softmax of the logits."""
        return np_layers.softmax(outputs, arithmetic=ARITHMETIC)


class BinaryClassification(OneHotRegression):
    """One logit, its sigmoid, and the binary cross entropy."""

    def __init__(self, reduction: Reduction, *, pos_weight: float | None = None) -> None:
        super().__init__(reduction)
        self.pos_weight = pos_weight

    def outputs_for(self, labels: Array) -> int:
        """Return 1: the logit of class 1."""
        return 1

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the binary cross entropy of a batch and its gradient."""
        targets = labels.reshape(outputs.shape).astype(outputs.dtype)
        return np_layers.binary_cross_entropy(
            outputs,
            targets,
            reduction=self.reduction,
            pos_weight=self.pos_weight,
            arithmetic=ARITHMETIC,
        )

    def count_correct(self, outputs: Array, labels: Array) -> int:
        """Return how many logits have the sign of their label."""
        return int(np.count_nonzero((outputs[:, 0] > 0) == labels))

    def probabilities(self, outputs: Array) -> Array:
        """Return the probabilities of class 0 and class 1, shape ``(n, 2)``."""
        both = np.hstack([-outputs, outputs])
        return np_layers.sigmoid(both, arithmetic=ARITHMETIC)


class OwnRegression(Task):
    """A regression with a loss of `np_layers.LOSSES`."""

    def __init__(
        self, reduction: Reduction, *, function: Callable[..., Any], **options: Any
    ) -> None:
        super().__init__(reduction)
        options["reduction"] = reduction
        if "arithmetic" in inspect.signature(function).parameters:
            options["arithmetic"] = ARITHMETIC
        inspect.signature(function).bind(None, None, **options)  # an unknown option is an error
        self.function = partial(function, **options)

    def loss(self, outputs: Array, labels: Array) -> tuple[float, Array]:
        """Return the loss of a batch and its gradient."""
        targets = labels if self.classifies else labels.astype(outputs.dtype, copy=False)
        loss, gradient = self.function(outputs, targets)
        return float(loss), np.asarray(gradient, outputs.dtype)


class OwnClassification(OwnRegression, Classification):
    """Class ids with a loss of `np_layers.LOSSES`; the outputs are logits."""


def task_of(recipe: Recipe, labels: Array) -> Task:
    """Return the task of a recipe on labels of this kind."""
    classifies = labels.dtype.kind in "iu"
    own = OwnClassification if classifies else OwnRegression
    kinds: dict[str, Callable[..., Task]] = {
        **{name: partial(own, function=loss) for name, loss in np_layers.LOSSES.items()},
        "cross_entropy": Classification,
        "binary_cross_entropy": BinaryClassification,
        "mean_squared_error": OneHotRegression if classifies else Task,
    }
    return build(recipe.place("loss"), kinds, recipe.loss, recipe.reduction, plugins=True)
