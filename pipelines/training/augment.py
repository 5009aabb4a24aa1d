"""A recipe's augmentations as one function of a batch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.recipes.schema import Recipe

Array = NDArray[Any]
AUGMENTATIONS: dict[str, Callable[..., Array]] = {
    "elastic": np_data.elastic,
    "random_affine": np_data.random_affine,
    "random_erase": np_data.random_erase,
    "random_flip": np_data.random_flip,
    "random_shift": np_data.random_shift,
}


def augmentation(
    recipe: Recipe, input_shape: tuple[int, ...]
) -> Callable[..., tuple[Array, ...]] | None:
    """Return the function that augments the images of a batch, or None.

    Each step is tried once on an image of zeros, so a wrong option is found before any work.
    """
    steps = []
    image = np.zeros((1, *input_shape), np.float32)
    for index, (kind, options) in enumerate(recipe.augment):
        if kind not in AUGMENTATIONS:
            rule = f"must be one of {sorted(AUGMENTATIONS)}, got {kind!r}"
            raise recipe.error(f"augment.{index}", rule)
        step = partial(AUGMENTATIONS[kind], **options)
        try:
            step(image, rng=np.random.default_rng(0))
        except (OverflowError, TypeError, ValueError) as error:
            raise recipe.error(f"augment.{index}", error) from error
        steps.append(step)
    return np_data.compose(*steps) if steps else None
