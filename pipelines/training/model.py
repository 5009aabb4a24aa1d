"""From a recipe to the objects that train it: network, optimizer.

A wrong name or option is a `ConfigError` that names its place in the recipe's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import np_layers
import np_optim
from np_layers.layers.registry import layer_from_config
from pipelines.shared.recipe import Recipe

Schedule = Callable[[int], float]

WEIGHTED = {"Conv2D", "Dense"}  # the layers that a recipe's weight_init, l1 and l2 apply to

OPTIMIZERS: dict[str, type[np_optim.Optimizer]] = {
    name: value
    for name, value in vars(np_optim).items()
    if isinstance(value, type) and issubclass(value, np_optim.Optimizer)
    if value is not np_optim.Optimizer
}


def _warmup_cosine(lr: float, total: int, *, warmup: float, final: float = 0.0) -> Schedule:
    """Rise for the fraction `warmup` of the updates, then fall by half a cosine."""
    rise = max(1, round(warmup * total))
    parts = [
        np_optim.linear_warmup(lr, steps=rise),
        np_optim.cosine(lr, steps=max(1, total - rise), final=final),
    ]
    return np_optim.join(parts, boundaries=[rise])


# A schedule of a recipe is told its learning rate and how many updates there will be.
SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "constant": lambda lr, total: np_optim.constant(lr),
    "cosine": lambda lr, total, **options: np_optim.cosine(lr, steps=total, **options),
    "exponential": lambda lr, total, **options: np_optim.exponential(lr, **options),
    "one_cycle": lambda lr, total, **options: np_optim.one_cycle(lr, steps=total, **options),
    "polynomial": lambda lr, total, **options: np_optim.polynomial(lr, steps=total, **options),
    "step": lambda lr, total, **options: np_optim.step(lr, **options),
    "warmup_cosine": _warmup_cosine,
}


@contextmanager
def _key(recipe: Recipe, key: str) -> Iterator[None]:
    """Say which key of a recipe the error of the block comes from."""
    try:
        yield
    except (KeyError, MemoryError, TypeError, ValueError) as error:
        text = error.args[0] if isinstance(error, KeyError) else error
        raise recipe.wrong(key, text) from error


def build_network(recipe: Recipe, input_shape: tuple[int, ...], seed: int) -> np_layers.Sequential:
    """Build the network of a recipe with initial weights drawn from `seed`."""
    defaults = {"weight_init": _initializer(recipe.weight_init), "l1": recipe.l1, "l2": recipe.l2}
    layers = []
    for index, (kind, options) in enumerate(recipe.layers):
        config = (defaults if kind in WEIGHTED else {}) | options | {"layer": kind}
        with _key(recipe, f"layers.{index}"):
            layers.append(layer_from_config(config))
    with _key(recipe, "layers"):
        return np_layers.Sequential(
            layers, input_shape=input_shape, rng=np.random.default_rng(seed)
        )


def _initializer(choice: tuple[str, dict[str, Any]]) -> Any:
    kind, options = choice
    return {"name": kind, **options} if options else kind


def build_schedule(recipe: Recipe, total: int) -> Schedule:
    """Build the learning rate of each of a recipe's `total` updates."""
    kind, options = recipe.schedule
    if kind not in SCHEDULES:
        raise recipe.wrong("schedule", f"must be one of {sorted(SCHEDULES)}, got {kind!r}")
    with _key(recipe, "schedule"):
        return SCHEDULES[kind](recipe.lr, total, **options)


def build_optimizer(recipe: Recipe, schedule: Schedule) -> np_optim.Optimizer:
    """Build the optimizer of a recipe."""
    kind, options = recipe.optimizer
    if kind not in OPTIMIZERS:
        raise recipe.wrong("optimizer", f"must be one of {sorted(OPTIMIZERS)}, got {kind!r}")
    with _key(recipe, "optimizer"):
        return OPTIMIZERS[kind](schedule, **options)
