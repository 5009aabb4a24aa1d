"""Registry of optimizers and options on which every shared invariant is tested."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import np_optim

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"lr": 0.1}),
    "sgd-decay": ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    "sgd-momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}),
    "sgd-dampening": ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    "sgd-nesterov": (
        "SGD",
        {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ),
    "adagrad": ("Adagrad", {"lr": 0.3}),
    "adagrad-all": (
        "Adagrad",
        {"lr": 0.5, "lr_decay": 0.01, "initial_accumulator_value": 0.1, "weight_decay": 0.1},
    ),
    "adagrad-eps": ("Adagrad", {"lr": 0.3, "eps": 0.1}),
    "rmsprop": ("RMSprop", {"lr": 0.05}),
    "rmsprop-alpha": ("RMSprop", {"lr": 0.05, "alpha": 0.8, "eps": 0.1, "weight_decay": 0.1}),
    "rmsprop-momentum": ("RMSprop", {"lr": 0.02, "momentum": 0.7}),
    "rmsprop-centered": ("RMSprop", {"lr": 0.05, "centered": True}),
    "rmsprop-all": (
        "RMSprop",
        {"lr": 0.02, "alpha": 0.9, "momentum": 0.7, "centered": True, "weight_decay": 0.1},
    ),
    "adadelta": ("Adadelta", {}),
    "adadelta-all": ("Adadelta", {"lr": 2.0, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.1}),
    "adam": ("Adam", {"lr": 0.05}),
    "adam-all": (
        "Adam",
        {"lr": 0.05, "betas": (0.8, 0.9), "eps": 0.1, "amsgrad": True, "weight_decay": 0.1},
    ),
    "adam-amsgrad": ("Adam", {"lr": 0.05, "amsgrad": True}),
    "adamw": ("AdamW", {"lr": 0.05}),
    "adamw-all": (
        "AdamW",
        {"lr": 0.05, "betas": (0.8, 0.9), "eps": 0.1, "amsgrad": True, "weight_decay": 0.1},
    ),
    "nadam": ("NAdam", {"lr": 0.05}),
    "nadam-all": (
        "NAdam",
        {
            "lr": 0.05,
            "betas": (0.8, 0.9),
            "eps": 0.1,
            "momentum_decay": 0.1,
            "weight_decay": 0.1,
        },
    ),
    "nadam-decoupled": (
        "NAdam",
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
    ),
    "lion": ("Lion", {"lr": 0.02}),
    "lion-all": ("Lion", {"lr": 0.02, "betas": (0.7, 0.8), "weight_decay": 0.1}),
}

SHAPES = {"0.weight": (5, 4), "0.bias": (4,), "kernel": (2, 3, 3, 2), "scale": (), "none": (0, 3)}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Return the class name and the options of one case after the other."""
    return CASES[request.param]


@pytest.fixture
def make(case: tuple[str, dict[str, Any]]) -> Callable[..., np_optim.Optimizer]:
    """Return a function that constructs the case's optimizer, with options replaced."""
    name, options = case
    return lambda **changes: getattr(np_optim, name)(**(options | changes))


@pytest.fixture
def arrays() -> Callable[..., dict[str, np.ndarray]]:
    """Return a function that draws a dict of arrays of many shapes."""

    def draw(seed: int, dtype: Any = np.float64, shapes: Any = SHAPES) -> dict[str, np.ndarray]:
        rng = np.random.default_rng(seed)
        return {k: np.asarray(rng.normal(size=s), dtype=dtype) for k, s in shapes.items()}

    return draw
