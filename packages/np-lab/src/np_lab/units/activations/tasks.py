"""Unit 3: activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from np_lab._running import Arrays, run_layer
from np_lab.task import Task
from np_lab.units.activations import mutants

Array = np.ndarray[Any, Any]


class Activation:
    """Base class of the oracles: y = f(x) and dx = G f'(x), one number at a time."""

    def __init__(self, **options: float) -> None:
        self.option = next(iter(options.values()), 0.0)

    def f(self, x: float) -> float:
        """Return f(x)."""
        raise NotImplementedError

    def derivative(self, x: float) -> float:
        """Return f'(x)."""
        raise NotImplementedError

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x.copy()
        return np.array([self.f(float(v)) for v in x.flat]).reshape(x.shape)

    def backward(self, G: Array) -> Array:
        """Return dx."""
        slopes = np.array([self.derivative(float(v)) for v in self.x.flat])
        return np.asarray(G * slopes.reshape(G.shape))


class ReLU(Activation):
    """x where x > 0, else 0."""

    def f(self, x: float) -> float:
        """Return f(x)."""
        return max(x, 0.0)

    def derivative(self, x: float) -> float:
        """Return f'(x)."""
        return 1.0 if x > 0 else 0.0


class LeakyReLU(Activation):
    """x where x > 0, else slope · x."""

    def f(self, x: float) -> float:
        """Return f(x)."""
        return x if x > 0 else self.option * x

    def derivative(self, x: float) -> float:
        """Return f'(x)."""
        return 1.0 if x > 0 else self.option


class Sigmoid(Activation):
    """1 / (1 + exp(-x))."""

    def f(self, x: float) -> float:
        """Return f(x)."""
        return 1 / (1 + math.exp(-x)) if x > -700 else 0.0

    def derivative(self, x: float) -> float:
        """Return f'(x) = f (1 - f)."""
        return self.f(x) * (1 - self.f(x))


class ELU(Activation):
    """x where x > 0, else alpha (exp(x) - 1)."""

    def f(self, x: float) -> float:
        """Return f(x)."""
        return x if x > 0 else self.option * math.expm1(x)

    def derivative(self, x: float) -> float:
        """Return f'(x)."""
        return 1.0 if x > 0 else self.option * math.exp(x)


def cases(**options: float) -> list[Arrays]:
    """Return a few numbers, a matrix, and very large numbers; none is 0, where f' may jump."""
    rng = np.random.default_rng(14)
    return [
        {"options": options, "x": np.array([[2.0, -1.0]]), "G": np.array([[3.0, 5.0]])},
        {"options": options, "x": rng.normal(size=(4, 3)) * 2, "G": rng.normal(size=(4, 3))},
        {
            "options": {name: 3 * value for name, value in options.items()},
            "x": np.array([[-3.0, 0.5, -0.2], [1.5, -6.0, 7.0]]),
            "G": rng.normal(size=(2, 3)).round(1),
        },
        {"options": options, "x": np.array([[1000.0, -1000.0]]), "G": np.array([[1.0, -2.0]])},
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for the gradient at the input after several sigmoids."""
    layers = int(np.random.default_rng([3, seed]).integers(3, 9))
    return {"layers": layers}, 0.25**layers


TASKS = tuple(
    Task(
        unit="activations",
        name=oracle.__name__,
        outputs=("y", "dx"),
        oracle=oracle,
        cases=lambda options=options: cases(**options),  # type: ignore[misc]
        mutants=bank,
        run=run_layer,
    )
    for oracle, options, bank in (
        (ReLU, {}, mutants.RELU),
        (LeakyReLU, {"slope": 0.1}, mutants.LEAKY_RELU),
        (Sigmoid, {}, mutants.SIGMOID),
        (ELU, {"alpha": 0.5}, mutants.ELU),
    )
)
