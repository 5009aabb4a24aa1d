"""Unit 7: Adagrad, RMSprop, AdaDelta and Adam."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from np_lab._running import Arrays, run_optimizer
from np_lab.task import Task
from np_lab.units.adam import mutants
from np_lab.units.sgd.tasks import STEPS

Array = np.ndarray[Any, Any]


class ElementWise:
    """Base class of the oracles: each element of p has its own state, a list of numbers."""

    size = 1

    def __init__(self, **options: float) -> None:
        self.options = options
        self.states: dict[tuple[int, ...], list[float]] = {}
        self.t = 0

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.t += 1
        for index in np.ndindex(*p.shape):
            state = self.states.setdefault(index, [0.0] * self.size)
            p[index] -= self.change(float(g[index]), state, **self.options)

    def change(self, g: float, state: list[float], **options: float) -> float:
        """Update the state, and return what is subtracted from the element."""
        raise NotImplementedError


class Adagrad(ElementWise):
    """h ← h + g², p ← p - lr g / (√h + ε)."""

    def change(self, g: float, state: list[float], **options: float) -> float:
        """Return lr g / (√h + ε)."""
        state[0] += g * g
        return options["lr"] * g / (math.sqrt(state[0]) + options["eps"])


class RMSprop(ElementWise):
    """h ← γ h + (1 - γ) g², p ← p - lr g / (√h + ε)."""

    def change(self, g: float, state: list[float], **options: float) -> float:
        """Return lr g / (√h + ε)."""
        gamma = options["gamma"]
        state[0] = gamma * state[0] + (1 - gamma) * g * g
        return options["lr"] * g / (math.sqrt(state[0]) + options["eps"])


class AdaDelta(ElementWise):
    """h ← ρ h + (1 - ρ) g², d = √(s + ε) / √(h + ε) g, s ← ρ s + (1 - ρ) d², p ← p - d."""

    size = 2

    def change(self, g: float, state: list[float], **options: float) -> float:
        """Return d."""
        rho, eps = options["rho"], options["eps"]
        state[0] = rho * state[0] + (1 - rho) * g * g
        d = math.sqrt(state[1] + eps) / math.sqrt(state[0] + eps) * g
        state[1] = rho * state[1] + (1 - rho) * d * d
        return d


class Adam(ElementWise):
    """m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + ε)."""

    size = 2

    def change(self, g: float, state: list[float], **options: float) -> float:
        """Return lr m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ)."""
        beta1, beta2 = options["beta1"], options["beta2"]
        state[0] = beta1 * state[0] + (1 - beta1) * g
        state[1] = beta2 * state[1] + (1 - beta2) * g * g
        m = state[0] / (1 - beta1**self.t)
        v = state[1] / (1 - beta2**self.t)
        return options["lr"] * m / (math.sqrt(v) + options["eps"])


def cases(**options: float) -> list[Arrays]:
    """Return one number, a large ε, a matrix, tiny gradients, and gradients of zero."""
    rng = np.random.default_rng(10)
    still = rng.normal(size=(4, 2))
    still[0, 0] = 0
    return [
        {
            "options": options,
            "p": np.array([1.0]),
            "grads": np.array([[2.0], [1.0], [-1.0], [3.0]]),
        },
        {
            "options": {**options, "eps": 0.01},
            "p": np.array([1.0, -2.0]),
            "grads": rng.normal(size=(4, 2)).round(2),
        },
        {"options": options, "p": rng.normal(size=(3, 2)), "grads": rng.normal(size=(4, 3, 2))},
        {"options": options, "p": rng.normal(size=2), "grads": rng.normal(size=(4, 2)) * 1e-7},
        {"options": options, "p": rng.normal(size=2), "grads": still},
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for Adam's first step."""
    rng = np.random.default_rng([7, seed])
    p, g = int(rng.integers(2, 9)), int(rng.integers(100, 900))
    return {"p": p, "g": g}, p - 0.1


TASKS = (
    Task(
        unit="adam",
        name="Adagrad",
        outputs=STEPS,
        oracle=Adagrad,
        cases=lambda: cases(lr=0.1, eps=1e-8),
        mutants=mutants.ADAGRAD,
        run=run_optimizer,
    ),
    Task(
        unit="adam",
        name="RMSprop",
        outputs=STEPS,
        oracle=RMSprop,
        cases=lambda: cases(lr=0.1, gamma=0.9, eps=1e-8),
        mutants=mutants.RMSPROP,
        run=run_optimizer,
    ),
    Task(
        unit="adam",
        name="AdaDelta",
        outputs=STEPS,
        oracle=AdaDelta,
        cases=lambda: cases(rho=0.9, eps=1e-6),
        mutants=mutants.ADADELTA,
        run=run_optimizer,
    ),
    Task(
        unit="adam",
        name="Adam",
        outputs=STEPS,
        oracle=Adam,
        cases=lambda: cases(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8),
        mutants=mutants.ADAM,
        run=run_optimizer,
    ),
)
