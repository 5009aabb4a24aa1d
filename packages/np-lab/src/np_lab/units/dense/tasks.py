"""Unit 2: the dense layer, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from np_lab._running import Arrays, run_layer
from np_lab.task import Task
from np_lab.units.dense import mutants

Array = np.ndarray[Any, Any]


def dense_forward(x: Array, W: Array, b: Array) -> Array:
    """Return y_nj = Σ_i x_ni W_ij + b_j, by the definition."""
    y = np.zeros((len(x), W.shape[1]))
    for n in range(len(x)):
        for j in range(W.shape[1]):
            y[n, j] = sum(x[n, i] * W[i, j] for i in range(W.shape[0])) + b[j]
    return y


def dense_backward(x: Array, W: Array, b: Array, G: Array) -> tuple[Array, Array, Array]:
    """Return dx_ni = Σ_j G_nj W_ij, dW_ij = Σ_n x_ni G_nj, db_j = Σ_n G_nj."""
    dx = np.einsum("nj,ij->ni", G, W)
    dW = np.einsum("ni,nj->ij", x, G)
    db = np.einsum("nj->j", G)
    return dx, dW, db


class Dense:
    """The layer, with matrix products: the experiments of other units train it."""

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator) -> None:
        self.W = rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)
        self.b = np.zeros(outputs)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x
        return np.asarray(x @ self.W + self.b)

    def backward(self, G: Array) -> Array:
        """Set dW and db, and return dx."""
        dx, self.dW, self.db = dense_backward(self.x, self.W, self.b, G)
        return dx


def forward_cases() -> list[Arrays]:
    """Return a small case, a square one where a missing transpose still runs, and others."""
    rng = np.random.default_rng(2)
    shapes = [(1, 2, 2), (3, 3, 3), (2, 3, 4), (5, 4, 2)]
    return [
        {
            "x": rng.normal(size=(n, i)).round(2),
            "W": rng.normal(size=(i, j)).round(2),
            "b": rng.normal(size=j).round(2),
        }
        for n, i, j in shapes
    ]


def backward_cases() -> list[Arrays]:
    """Return the forward cases with a random gradient of the output."""
    rng = np.random.default_rng(3)
    return [
        {**case, "G": rng.normal(size=(len(case["x"]), len(case["b"]))).round(2)}
        for case in forward_cases()
    ]


def layer_cases() -> list[Arrays]:
    """Return the backward cases with the options of the constructor."""
    return [{"options": _options(case), **case} for case in backward_cases()]


def _options(case: Arrays) -> Arrays:
    inputs, outputs = case["W"].shape
    return {"inputs": inputs, "outputs": outputs, "rng": np.random.default_rng(0)}


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for db[0] of a batch of three rows."""
    G = np.random.default_rng([2, seed]).integers(-5, 6, size=(3, 2))
    return {"G": "\n".join(f"    {a:3d} {b:3d}" for a, b in G)}, float(G[:, 0].sum())


TASKS = (
    Task(
        unit="dense",
        name="dense_forward",
        outputs=("y",),
        oracle=dense_forward,
        cases=forward_cases,
        mutants=mutants.FORWARD,
    ),
    Task(
        unit="dense",
        name="dense_backward",
        outputs=("dx", "dW", "db"),
        oracle=dense_backward,
        cases=backward_cases,
        mutants=mutants.BACKWARD,
    ),
    Task(
        unit="dense",
        name="Dense",
        outputs=("y", "dx", "dW", "db"),
        oracle=Dense,
        cases=layer_cases,
        mutants=mutants.LAYER,
        run=run_layer,
    ),
)
