"""Two scikit-learn estimators, made of np-data, np-layers and np-optim.

The packages do not know each other, and none of them knows scikit-learn. This file puts them
together. Copy it into your project and change what you like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

import np_data
import np_layers
import np_optim

Array = NDArray[Any]


class _Network(BaseEstimator):
    """Dense layers, trained with Adam on shuffled batches.

    Parameters
    ----------
    hidden : tuple of int
        Number of units of each hidden layer.
    activation : str
        Name of a layer without arguments, such as ``"ReLU"`` or ``"Tanh"``.
    epochs, batch_size : int
        Passes over the rows, and rows per step.
    lr : float
        Learning rate of Adam.
    l2 : float
        Penalty l2/2 ‖W‖² on each weight.
    random_state : int, RandomState or None
        Decides the initial weights and the batches.
    """

    def __init__(
        self,
        hidden: tuple[int, ...] = (32,),
        *,
        activation: str = "ReLU",
        epochs: int = 100,
        batch_size: int = 32,
        lr: float = 0.01,
        l2: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.l2 = l2
        self.random_state = random_state

    def _train(
        self, X: Array, targets: Array, outputs: int, loss: Callable[..., tuple[float, Array]]
    ) -> None:
        """Train ``model_`` on rows X (N, features) and their targets."""
        seed = int(check_random_state(self.random_state).randint(2**31))
        layers: list[np_layers.Layer] = []
        for units in self.hidden:
            layers += [np_layers.Dense(units, l2=self.l2), np_layers.LAYERS[self.activation]()]
        self.model_ = np_layers.Sequential(
            [*layers, np_layers.Dense(outputs, l2=self.l2)],
            input_shape=X.shape[1],
            rng=np.random.default_rng(seed),
            dtype=np.float64,
        )
        optimizer = np_optim.Adam(self.lr)
        batches = np_data.Batches(X, targets, batch_size=self.batch_size, seed=seed)
        for epoch in range(self.epochs):
            for rows, wanted in batches.epoch(epoch):
                _, grad = loss(self.model_(rows, training=True), wanted)
                self.model_.backward(grad, input_gradient=False)
                optimizer.step(self.model_.parameters(), self.model_.gradients())

    def _outputs(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        return self.model_.predict(validate_data(self, X, reset=False, dtype=np.float64))


class NPClassifier(ClassifierMixin, _Network):
    """A classifier with the cross entropy as its loss; parameters as in ``_Network``."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on rows X (N, features) and their labels y (N,), numbers or strings."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, ids = np.unique(labels, return_inverse=True)
        self._train(rows, ids, len(self.classes_), np_layers.cross_entropy)
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class, shape (N, classes)."""
        return np_layers.softmax(self._outputs(X))

    def predict(self, X: ArrayLike) -> Array:
        """Return the most probable label of each row, shape (N,)."""
        ids = self._outputs(X).argmax(axis=1)
        return np.asarray(self.classes_[ids])


class NPRegressor(RegressorMixin, _Network):
    """A regressor with the mean squared error as its loss; parameters as in ``_Network``."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on rows X (N, features) and their values y (N,), which are standardized first."""
        rows, values = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        self.scaling_ = np_data.Standardize(dtype=np.float64).fit(values)
        self._train(rows, self.scaling_.apply(values)[:, None], 1, np_layers.mean_squared_error)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return the value of each row, shape (N,)."""
        y = self._outputs(X)[:, 0]
        return np.asarray(y * self.scaling_.std + self.scaling_.mean)
