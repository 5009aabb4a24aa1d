"""From a recipe to the objects that train it: network, optimizer.

A wrong name or option is a `ConfigError` that names its place in params.yaml, before any data is
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import np_layers
import np_optim
import numpy as np

from pipelines.config import ConfigError, Recipe

WEIGHTED = {"Conv2D", "Dense"}  # the layers that a recipe's weight_init applies to


@contextmanager
def _place(path: str) -> Iterator[None]:
    """Say where in params.yaml the error of the block comes from."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"params.yaml: {path}: {error.args[0] if error.args else error}") from error


def build_network(
    name: str, recipe: Recipe, input_shape: tuple[int, ...], seed: int
) -> np_layers.Sequential:
    """Build the network of the recipe called `name` with initial weights drawn from `seed`."""
    layers = []
    for index, (kind, options) in enumerate(recipe.layers):
        config: dict[str, Any] = {"layer": kind, **options}
        if kind in WEIGHTED:
            config.setdefault("weight_init", _initializer(recipe.weight_init))
        with _place(f"recipes.{name}.layers.{index}"):
            layers.append(np_layers.layer_from_config(config))
    with _place(f"recipes.{name}.layers"):
        return np_layers.Sequential(
            layers, input_shape=input_shape, rng=np.random.default_rng(seed)
        )


def _initializer(choice: tuple[str, dict[str, Any]]) -> Any:
    kind, options = choice
    return {"name": kind, **options} if options else kind


def build_optimizer(name: str, recipe: Recipe) -> np_optim.Optimizer:
    """Build the optimizer of the recipe called `name`."""
    kind, options = recipe.optimizer
    path = f"recipes.{name}.optimizer"
    if kind not in np_optim.OPTIMIZERS:
        raise ConfigError(
            f"params.yaml: {path}: must be one of {sorted(np_optim.OPTIMIZERS)}, got {kind!r}"
        )
    with _place(path):
        return np_optim.OPTIMIZERS[kind](recipe.lr, **options)
