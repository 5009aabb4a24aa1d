"""A recipe's augmentations as one function of a batch."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.recipes.choices import build
from pipelines.recipes.schema import Recipe

Array = NDArray[Any]


def augmentation(
    recipe: Recipe, input_shape: tuple[int, ...]
) -> Callable[..., tuple[Array, ...]] | None:
    """Return the function that augments the images of a batch, or None.

    Each step is tried once on an image of zeros, so a wrong option is found before any work.
    """
    image = np.zeros((1, *input_shape), np.float32)
    for index, (kind, options) in enumerate(recipe.augment):
        tried = kind, options | {"rng": np.random.default_rng(0)}
        build(recipe.place(f"augment.{index}"), np_data.AUGMENTATIONS, tried, image, plugins=True)
    steps = [partial(np_data.AUGMENTATIONS[kind], **options) for kind, options in recipe.augment]
    return np_data.compose(*steps) if steps else None
