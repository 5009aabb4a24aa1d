"""Build the network, the schedule and the optimizer of a recipe."""

from collections.abc import Callable
from typing import Any

import numpy as np

import np_layers
import np_optim
from np_layers.layers.registry import layer_from_config
from pipelines.environment import ARITHMETIC
from pipelines.recipes.choices import build, error_names_place
from pipelines.recipes.schema import WEIGHTED, Recipe

Schedule = Callable[[int], float]


def _warmup_cosine(lr: float, total: int, *, warmup: float, final: float = 0.0) -> Schedule:
    """Rise for the fraction ``warmup`` of the updates, then fall by half a cosine."""
    rise = max(1, round(warmup * total))
    parts = [
        np_optim.linear_warmup(lr, steps=rise),
        np_optim.cosine(lr, steps=max(1, total - rise), final=final),
    ]
    return np_optim.join(parts, boundaries=[rise])


# A schedule takes the recipe's learning rate and the number of updates.
SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "constant": lambda lr, total: np_optim.constant(lr),
    "cosine": lambda lr, total, **options: np_optim.cosine(lr, steps=total, **options),
    "exponential": lambda lr, total, **options: np_optim.exponential(lr, **options),
    "one_cycle": lambda lr, total, **options: np_optim.one_cycle(lr, steps=total, **options),
    "polynomial": lambda lr, total, **options: np_optim.polynomial(lr, steps=total, **options),
    "step": lambda lr, total, **options: np_optim.step(lr, **options),
    "warmup_cosine": _warmup_cosine,
}


def build_network(recipe: Recipe, input_shape: tuple[int, ...], seed: int) -> np_layers.Sequential:
    """Build the network of a recipe with initial weights drawn from ``seed``."""
    defaults: dict[str, Any] = {"l1": recipe.l1, "l2": recipe.l2}
    if recipe.weight_init is not None:
        kind, options = recipe.weight_init
        defaults["weight_init"] = {"name": kind, **options} if options else kind
    layers = []
    for index, (kind, options) in enumerate(recipe.layers):
        config = (defaults if kind in WEIGHTED else {}) | options | {"layer": kind}
        with error_names_place(recipe.place(f"layers.{index}")):
            layers.append(layer_from_config(config))
    with error_names_place(recipe.place("layers")):
        return np_layers.Sequential(
            layers,
            input_shape=input_shape,
            rng=np.random.default_rng(seed),
            arithmetic=ARITHMETIC,
        )


def build_schedule(recipe: Recipe, total: int) -> Schedule:
    """Build the learning rate of each of a recipe's ``total`` updates."""
    return build(recipe.place("schedule"), SCHEDULES, recipe.schedule, recipe.lr, total)


def build_optimizer(recipe: Recipe, schedule: Schedule) -> np_optim.Optimizer:
    """Build the optimizer of a recipe."""
    return build(
        recipe.place("optimizer"), np_optim.OPTIMIZERS, recipe.optimizer, schedule, plugins=True
    )
