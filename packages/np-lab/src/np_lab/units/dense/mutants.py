"""Mistakes in a dense layer."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

FORWARD = {
    "no-bias": lambda x, W, b: x @ W,
    "bias-subtracted": lambda x, W, b: x @ W - b,
    "weight-transposed": lambda x, W, b: x @ W.T + b,
    "bias-summed": lambda x, W, b: x @ W + b.sum(),
    "bias-mean": lambda x, W, b: x @ W + b.mean(),
    "bias-in-product": lambda x, W, b: x @ (W + b),
    "bias-twice": lambda x, W, b: x @ W + 2 * b,
    "bias-as-column": lambda x, W, b: x @ W + b[: len(x), None],
    "elementwise": lambda x, W, b: x * W + b,
    "rows-summed": lambda x, W, b: x.sum(axis=0) @ W + b,
    "averaged": lambda x, W, b: x @ W / len(x) + b,
    "writes-into-input": lambda x, W, b: _in_place(x, W, b),
}


def _in_place(x: Array, W: Array, b: Array) -> Array:
    W += b
    return x @ W


def _sums(x: Array, W: Array, b: Array, G: Array) -> tuple[Array, Array, Array]:
    return G @ W.T, x.T @ G, G.sum(axis=0)


BACKWARD = {
    "bias-mean-of-all": lambda x, W, b, G: (G @ W.T, x.T @ G, G.mean()),
    "bias-sum-of-all": lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum()),
    "bias-wrong-axis": lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum(axis=1)),
    "bias-mean": lambda x, W, b, G: (G @ W.T, x.T @ G, G.mean(axis=0)),
    "bias-not-summed": lambda x, W, b, G: (G @ W.T, x.T @ G, G),
    "bias-keepdims": lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum(axis=0, keepdims=True)),
    "bias-is-one": lambda x, W, b, G: (G @ W.T, x.T @ G, np.ones_like(b)),
    "bias-times-b": lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum(axis=0) * b),
    "weight-mean": lambda x, W, b, G: (G @ W.T, x.T @ G / len(x), G.sum(axis=0)),
    "weight-transposed-result": lambda x, W, b, G: (G @ W.T, G.T @ x, G.sum(axis=0)),
    "weight-x-not-transposed": lambda x, W, b, G: (G @ W.T, x @ G, G.sum(axis=0)),
    "weight-decayed": lambda x, W, b, G: (G @ W.T, x.T @ G + W, G.sum(axis=0)),
    "weight-uses-W": lambda x, W, b, G: (G @ W.T, W * G.sum(axis=0), G.sum(axis=0)),
    "weight-ignores-G": lambda x, W, b, G: (
        G @ W.T,
        np.outer(x.sum(axis=0), np.ones(len(b))),
        G.sum(axis=0),
    ),
    "input-not-transposed": lambda x, W, b, G: (G @ W, x.T @ G, G.sum(axis=0)),
    "input-is-output-gradient": lambda x, W, b, G: (G, x.T @ G, G.sum(axis=0)),
    "input-mean": lambda x, W, b, G: (G @ W.T / len(x), x.T @ G, G.sum(axis=0)),
    "input-adds-bias": lambda x, W, b, G: ((G + b) @ W.T, x.T @ G, G.sum(axis=0)),
    "order-swapped": lambda x, W, b, G: (x.T @ G, G @ W.T, G.sum(axis=0)),
    "input-uses-x": lambda x, W, b, G: (x * G.sum(axis=1, keepdims=True), x.T @ G, G.sum(axis=0)),
}


class Right:
    """A right layer, from which the wrong ones differ in one method."""

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator) -> None:
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x: Array) -> Array:
        """Return x W + b."""
        self.x = x
        return x @ self.W + self.b

    def backward(self, G: Array) -> Array:
        """Set dW and db, return dx."""
        self.set_gradients(*_sums(self.x, self.W, self.b, G)[1:])
        return self.input_gradient(G)

    def set_gradients(self, dW: Array, db: Array) -> None:
        """Keep the gradients."""
        self.dW, self.db = dW, db

    def input_gradient(self, G: Array) -> Array:
        """Return dx."""
        return G @ self.W.T


class _Accumulates(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        self.dW, self.db = self.dW + dW, self.db + db


class _AccumulatesWeight(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        self.dW, self.db = self.dW + dW, db


class _KeepsFirst(Right):
    def forward(self, x: Array) -> Array:
        if not hasattr(self, "x"):
            self.x = x
        return x @ self.W + self.b


class _Swapped(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        self.dW, self.db = db, dW


class _Steps(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        self.dW, self.db = dW, db
        self.W = self.W - 0.01 * dW


class _KeepsOutput(Right):
    def forward(self, x: Array) -> Array:
        self.x = x @ self.W + self.b
        return self.x


class _BiasScalar(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        self.dW, self.db = dW, np.full_like(db, db.mean() / len(self.x))


class _NoBias(Right):
    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W


class _GradientsNotSet(Right):
    def set_gradients(self, dW: Array, db: Array) -> None:
        del dW, db


class _ReturnsWeightGradient(Right):
    def input_gradient(self, G: Array) -> Array:
        return self.dW


class _ReturnsG(Right):
    def input_gradient(self, G: Array) -> Array:
        return G


LAYER = {
    "accumulates": _Accumulates,
    "accumulates-weight": _AccumulatesWeight,
    "keeps-first-input": _KeepsFirst,
    "keeps-output": _KeepsOutput,
    "gradients-swapped": _Swapped,
    "gradients-not-set": _GradientsNotSet,
    "steps-in-backward": _Steps,
    "bias-mean-of-all": _BiasScalar,
    "no-bias": _NoBias,
    "returns-weight-gradient": _ReturnsWeightGradient,
    "returns-G": _ReturnsG,
}
