"""From the arrays of a data set to what one recipe trains on and is tested on.

The rows are split first and the transforms are fitted on the training rows alone, so that nothing
of the validation or test rows reaches the training. The fitted transforms are kept beside the model:
whoever uses the model prepares images with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import np_data
import numpy as np
from numpy.typing import NDArray

from pipelines._env import ROOT
from pipelines.config import ConfigError, Recipe
from pipelines.files import read_json, write_json

TRANSFORMS: dict[str, type[np_data.Scale] | type[np_data.Standardize]] = {
    "Scale": np_data.Scale,
    "Standardize": np_data.Standardize,
}
Transforms = Sequence[np_data.Scale | np_data.Standardize]


class Part(NamedTuple):
    """Images `(n, channels, height, width)` and their class ids `(n,)`."""

    images: NDArray[Any]
    labels: NDArray[np.integer]


def processed(dataset: str, part: str) -> Path:
    """Return the folder of the part `train` or `test` of a data set."""
    return ROOT / "data" / "processed" / dataset / part


def load_part(dataset: str, part: str) -> Part:
    """Load one part of a preprocessed data set."""
    folder = processed(dataset, part)
    return Part(
        np.load(folder / "images.npy", allow_pickle=False),
        np.load(folder / "labels.npy", allow_pickle=False),
    )


def split(part: Part, recipe: Recipe) -> tuple[Part, Part | None]:
    """Split the training rows as the recipe says; the second part is None without validation."""
    if not recipe.val_fraction:
        return part, None
    train, val = np_data.train_val_split(
        *part, val_fraction=recipe.val_fraction, seed=recipe.seed
    )
    return Part(*train), Part(*val)


def fit_transforms(name: str, recipe: Recipe, images: NDArray[Any]) -> Transforms:
    """Make the recipe's transforms and fit each on the training images that reach it."""
    fitted = []
    for index, (kind, options) in enumerate(recipe.preprocess):
        path = f"params.yaml: recipes.{name}.preprocess.{index}"
        if kind not in TRANSFORMS:
            raise ConfigError(f"{path}: must be one of {sorted(TRANSFORMS)}, got {kind!r}")
        try:
            transform = TRANSFORMS[kind](**options).fit(images)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{path}: {error}") from error
        images = transform.apply(images)
        fitted.append(transform)
    return fitted


def apply_transforms(transforms: Transforms, images: NDArray[Any]) -> NDArray[np.float32]:
    """Apply fitted transforms in order; the result is float32."""
    for transform in transforms:
        images = transform.apply(images)
    return np.ascontiguousarray(images, np.float32)


def save_transforms(transforms: Transforms, path: Path) -> None:
    """Write fitted transforms as JSON."""
    write_json(path, {"transforms": [{type(t).__name__: t.to_dict()} for t in transforms]})


def load_transforms(path: Path) -> Transforms:
    """Read what `save_transforms` wrote."""
    entries = [next(iter(entry.items())) for entry in read_json(path)["transforms"]]
    return [TRANSFORMS[kind].from_dict(state) for kind, state in entries]
