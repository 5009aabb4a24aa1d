"""Split the training rows of a data set into those to train on and those to validate on."""

import numpy as np

import np_data
from pipelines.data.samples import Samples
from pipelines.recipes.schema import Recipe


def split(recipe: Recipe, samples: Samples, seed: int) -> tuple[Samples, Samples | None]:
    """Draw training and validation samples as the recipe says; the second may be None."""
    rows, held_out = len(samples.labels), recipe.val_rows or 0
    if recipe.val_fraction:
        train, val = np_data.train_val_split(*samples, val_fraction=recipe.val_fraction, seed=seed)
        _check_train_rows(recipe, len(train[0]))
        return Samples(*(array[: recipe.train_rows] for array in train)), Samples(*val)
    if not (held_out or recipe.train_rows):
        return samples, None
    if held_out >= rows:
        raise recipe.error("val_rows", f"must be below the {rows} rows there are, got {held_out}")
    _check_train_rows(recipe, rows - held_out)
    used = recipe.train_rows or rows - held_out
    mixed = np_data.shuffle(*samples, rng=np.random.default_rng(seed))
    train_samples = Samples(*(array[:used] for array in mixed))
    if not held_out:
        return train_samples, None
    return train_samples, Samples(*(array[used : used + held_out] for array in mixed))


def _check_train_rows(recipe: Recipe, available: int) -> None:
    if (recipe.train_rows or 0) > available:
        raise recipe.error(
            "train_rows",
            f"must be at most the {available} rows of {recipe.dataset} that are not held out, "
            f"got {recipe.train_rows}",
        )
