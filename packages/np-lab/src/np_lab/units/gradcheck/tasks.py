"""Unit 5: gradient checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from np_lab._running import Arrays, ProtocolError, Solution
from np_lab.task import Task
from np_lab.units.gradcheck import mutants
from np_lab.units.gradcheck.layers import LAYERS

Array = np.ndarray[Any, Any]


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """Return (f(x + h e) - f(x - h e)) / 2h for each unit step e."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[index] = 1
        gradient[index] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return gradient


def relative_error(a: Array, n: Array) -> float:
    """Return the largest |a - n| / max(|a|, |n|, 1e-8)."""
    pairs = zip(a.ravel(), n.ravel(), strict=True)
    return float(max(abs(p - q) / max(abs(p), abs(q), 1e-8) for p, q in pairs))


def check_backward(layer: Any, x: Array, G: Array) -> bool:
    """Return whether backward agrees with the numerical gradient of Σ G · forward(x)."""
    numeric = numerical_gradient(lambda x: float(np.sum(G * layer.forward(x))), x)
    layer.forward(x)
    return relative_error(layer.backward(G), numeric) < 1e-5


def sum_of_cubes(x: Array) -> float:
    """Return Σ x³."""
    return float(np.sum(x**3))


def weighted_sines(x: Array) -> float:
    """Return Σ k sin x_k, with k = 1, 2, 3, …."""
    return float(np.sum(np.arange(1, x.size + 1) * np.sin(x.ravel())))


def product_of_sums(x: Array) -> float:
    """Return the product of the sums of the rows."""
    return float(np.prod(x.sum(axis=-1)))


def gradient_cases() -> list[Arrays]:
    """Return functions whose elements matter differently."""
    rng = np.random.default_rng(6)
    return [
        {"f": sum_of_cubes, "x": np.array([2.0, -1.0])},
        {"f": weighted_sines, "x": rng.normal(size=(2, 3)).round(2)},
        {"f": product_of_sums, "x": rng.normal(size=(3, 2)).round(2)},
        {"f": sum_of_cubes, "x": rng.normal(size=(2, 2, 2)).round(2)},
    ]


def error_cases() -> list[Arrays]:
    """Return pairs with negative, tiny and zero elements."""
    rng = np.random.default_rng(7)
    a = rng.normal(size=(3, 2))
    return [
        {"a": np.array([1.0, 2.0]), "n": np.array([1.1, 2.0])},
        {"a": np.array([-4.0, 1.0, 0.5]), "n": np.array([-5.0, 1.0, 0.51])},
        {"a": np.array([0.0, 0.0]), "n": np.array([0.0, 1e-9])},
        {"a": np.array([3e-8, 1.0]), "n": np.array([1e-8, 1.01])},
        {"a": a, "n": a * (1 + rng.normal(size=a.shape) / 10)},
    ]


def layer_cases() -> list[Arrays]:
    """Return one input for all layers."""
    rng = np.random.default_rng(8)
    return [{"x": rng.normal(size=(2, 3)) + 0.1, "G": rng.normal(size=(2, 3))}]


def run_on_layers(
    solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]
) -> Arrays:
    """Return the verdict on each layer: 1 for True, 0 for False."""
    verdicts = {}
    for name in outputs:
        verdict = solution(LAYERS[name](), inputs["x"], inputs["G"])
        if verdict is None:
            raise ProtocolError("returns-nothing", names="True, False")
        verdicts[name] = np.float64(verdict)
    return verdicts


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for the central difference of x³ with h = 0.1."""
    x = int(np.random.default_rng([5, seed]).integers(2, 9))
    return {"x": x}, 3 * x**2 + 0.01


TASKS = (
    Task(
        unit="gradcheck",
        name="numerical_gradient",
        outputs=("gradient",),
        oracle=numerical_gradient,
        cases=gradient_cases,
        mutants=mutants.NUMERICAL_GRADIENT,
    ),
    Task(
        unit="gradcheck",
        name="relative_error",
        outputs=("error",),
        oracle=relative_error,
        cases=error_cases,
        mutants=mutants.RELATIVE_ERROR,
    ),
    Task(
        unit="gradcheck",
        name="check_backward",
        outputs=tuple(LAYERS),
        oracle=check_backward,
        cases=layer_cases,
        mutants=mutants.CHECK_BACKWARD,
        run=run_on_layers,
        figures=True,
    ),
)
