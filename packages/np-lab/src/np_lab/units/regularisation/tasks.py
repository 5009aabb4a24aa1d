"""Unit 8: initialisation, L2 and dropout.

What is random cannot be compared number by number. It is described by a few figures instead, which
are rounded so coarsely that chance does not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from np_lab._running import Arrays, ProtocolError, Solution
from np_lab.task import Task
from np_lab.units.regularisation import mutants

Array = np.ndarray[Any, Any]


def he_normal(inputs: int, outputs: int, rng: np.random.Generator) -> Array:
    """Draw N(0, 2 / inputs), one number at a time."""
    W = np.zeros((inputs, outputs))
    for index in np.ndindex(inputs, outputs):
        W[index] = rng.normal(0, np.sqrt(2 / inputs))
    return W


def xavier_uniform(inputs: int, outputs: int, rng: np.random.Generator) -> Array:
    """Draw U(-a, a) with a = √(6 / (inputs + outputs)), one number at a time."""
    a = np.sqrt(6 / (inputs + outputs))
    W = np.zeros((inputs, outputs))
    for index in np.ndindex(inputs, outputs):
        W[index] = rng.uniform(-a, a)
    return W


def l2_penalty(W: Array, strength: float) -> tuple[float, Array]:
    """Return λ/2 Σ W² and λ W."""
    penalty = sum(strength / 2 * float(w) ** 2 for w in W.flat)
    return penalty, np.array([strength * w for w in W.flat]).reshape(W.shape)


class Dropout:
    """Inverted dropout, one number at a time."""

    def __init__(self, rate: float, rng: np.random.Generator) -> None:
        self.rate, self.rng = rate, rng

    def forward(self, x: Array, training: bool = True) -> Array:
        """Return y."""
        if not training:
            return x
        self.factor = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            if self.rng.random() >= self.rate:
                self.factor[index] = 1 / (1 - self.rate)
        return x * self.factor

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return G * self.factor


def run_initialiser(
    solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]
) -> Arrays:
    """Describe weights: their shape, deviation, mean, tails, and whether the generator is used."""
    drawn = []
    for seed in (1, 2):
        W = solution(inputs["inputs"], inputs["outputs"], np.random.default_rng(seed))
        if W is None:
            raise ProtocolError("returns-nothing", names="W")
        drawn.append(np.asarray(W, np.float64))
    W = drawn[0]
    right = inputs["_deviation"]
    spread = W.std() or 1.0
    return {
        "shape": np.array(W.shape),
        "deviation / right deviation": round(float(W.std() / right), 1),
        "mean / right deviation": round(float(W.mean() / right), 1),
        "share beyond 1.8 deviations": round(
            float(np.mean(np.abs(W - W.mean()) > 1.8 * spread)), 1
        ),
        "equal columns": float(np.array_equal(W[:, 0], W[:, -1])),
        "equal for two generators": float(np.array_equal(W, drawn[1])),
    }


def run_dropout(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Describe dropout of many ones, and compare backward with forward number by number."""
    layer = solution(rate=inputs["rate"], rng=np.random.default_rng(3))
    x = inputs["x"]
    y = np.array(layer.forward(x, training=True))
    kept = y != 0
    dx = np.asarray(layer.backward(np.full(x.shape, 2.0)))
    again = np.asarray(layer.forward(x.copy(), training=True)) != 0
    evaluation = np.asarray(layer.forward(inputs["small"], training=False))
    return {
        "share of numbers kept": round(20 * float(kept.mean())) / 20,
        "size of a kept number": float(y[kept].mean()) if kept.any() else 0.0,
        "y outside training": evaluation,
        "share of dx that fits the mask": float(np.mean((dx != 0) == kept)),
        "size of dx where kept": float(dx[kept].mean()) if kept.any() else 0.0,
        "rows with the same mask": float(np.array_equal(kept[0], kept[1])),
        "columns with the same mask": float(np.array_equal(kept[:, 0], kept[:, 1])),
        "same mask in the next step": float(np.array_equal(kept, again)),
    }


def size_cases(deviation: Any) -> list[Arrays]:
    """Return two layers, wide and narrow."""
    return [
        {"inputs": i, "outputs": o, "_deviation": float(deviation(i, o))}
        for i, o in ((50, 400), (300, 60))
    ]


def penalty_cases() -> list[Arrays]:
    """Return a few weights, then a matrix."""
    rng = np.random.default_rng(15)
    return [
        {"W": np.array([[3.0, -4.0]]), "strength": 0.1},
        {"W": rng.normal(size=(3, 4)).round(2), "strength": 0.01},
    ]


def dropout_cases() -> list[Arrays]:
    """Return two rates on many ones, and a few other numbers for evaluation."""
    small = np.array([[1.0, -2.0, 3.0]])
    return [{"rate": rate, "x": np.ones((200, 150)), "small": small} for rate in (0.2, 0.6)]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for a kept number after inverted dropout."""
    rng = np.random.default_rng([8, seed])
    rate, value = float(rng.choice([0.2, 0.5, 0.6, 0.75, 0.8])), int(rng.integers(2, 9))
    return {"rate": rate, "value": value}, value / (1 - rate)


INITIALISER_OUTPUTS = (
    "shape",
    "deviation / right deviation",
    "mean / right deviation",
    "share beyond 1.8 deviations",
    "equal columns",
    "equal for two generators",
)

TASKS = (
    Task(
        unit="regularisation",
        name="he_normal",
        outputs=INITIALISER_OUTPUTS,
        oracle=he_normal,
        cases=lambda: size_cases(lambda i, o: np.sqrt(2 / i)),
        mutants=mutants.HE_NORMAL,
        run=run_initialiser,
        figures=True,
    ),
    Task(
        unit="regularisation",
        name="xavier_uniform",
        outputs=INITIALISER_OUTPUTS,
        oracle=xavier_uniform,
        cases=lambda: size_cases(lambda i, o: np.sqrt(2 / (i + o))),
        mutants=mutants.XAVIER_UNIFORM,
        run=run_initialiser,
        figures=True,
    ),
    Task(
        unit="regularisation",
        name="l2_penalty",
        outputs=("penalty", "dW"),
        oracle=l2_penalty,
        cases=penalty_cases,
        mutants=mutants.L2_PENALTY,
    ),
    Task(
        unit="regularisation",
        name="Dropout",
        outputs=(
            "share of numbers kept",
            "size of a kept number",
            "y outside training",
            "share of dx that fits the mask",
            "size of dx where kept",
            "rows with the same mask",
            "columns with the same mask",
            "same mask in the next step",
        ),
        oracle=Dropout,
        cases=dropout_cases,
        mutants=mutants.DROPOUT,
        run=run_dropout,
        figures=True,
    ),
)
