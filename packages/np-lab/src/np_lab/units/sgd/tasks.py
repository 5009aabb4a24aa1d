"""Unit 6: SGD, momentum and Nesterov."""

from __future__ import annotations

from typing import Any

import numpy as np

from np_lab._running import Arrays, run_optimizer
from np_lab.task import Task
from np_lab.units.sgd import mutants

Array = np.ndarray[Any, Any]
STEPS = ("p@1", "p@2", "p@3", "p@4")


class SGD:
    """p ← p - lr g, element by element."""

    def __init__(self, lr: float) -> None:
        self.lr = lr

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        for index in np.ndindex(*p.shape):
            p[index] -= self.lr * g[index]


class Momentum:
    """v ← μ v + g, p ← p - lr v, element by element."""

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        self.lr, self.momentum = lr, momentum
        self.v: dict[tuple[int, ...], Any] = {}

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        for index in np.ndindex(*p.shape):
            self.v[index] = self.momentum * self.v.get(index, 0.0) + g[index]
            p[index] -= self.lr * self.v[index]


class Nesterov(Momentum):
    """v ← μ v + g, p ← p - lr (g + μ v), element by element."""

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        for index in np.ndindex(*p.shape):
            self.v[index] = self.momentum * self.v.get(index, 0.0) + g[index]
            p[index] -= self.lr * (g[index] + self.momentum * self.v[index])


def cases(**options: float) -> list[Arrays]:
    """Return one number, a matrix, and a first gradient of zero."""
    rng = np.random.default_rng(9)
    still = rng.normal(size=(4, 2))
    still[0] = 0
    return [
        {
            "options": options,
            "p": np.array([1.0]),
            "grads": np.array([[2.0], [1.0], [-1.0], [3.0]]),
        },
        {"options": options, "p": rng.normal(size=(3, 2)), "grads": rng.normal(size=(4, 3, 2))},
        {"options": {**options, "lr": 2.0}, "p": rng.normal(size=2), "grads": still},
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask where momentum is after three equal gradients."""
    rng = np.random.default_rng([6, seed])
    p, g = int(rng.integers(5, 10)), int(rng.integers(1, 5))
    return {"p": p, "g": g}, p - 0.1 * (1 + 1.9 + 2.71) * g


TASKS = (
    Task(
        unit="sgd",
        name="SGD",
        outputs=STEPS,
        oracle=SGD,
        cases=lambda: cases(lr=0.1),
        mutants=mutants.SGD,
        run=run_optimizer,
    ),
    Task(
        unit="sgd",
        name="Momentum",
        outputs=STEPS,
        oracle=Momentum,
        cases=lambda: cases(lr=0.1, momentum=0.9),
        mutants=mutants.MOMENTUM,
        run=run_optimizer,
    ),
    Task(
        unit="sgd",
        name="Nesterov",
        outputs=STEPS,
        oracle=Nesterov,
        cases=lambda: cases(lr=0.1, momentum=0.9),
        mutants=mutants.NESTEROV,
        run=run_optimizer,
    ),
)
