"""Preprocessing of inputs: transforms that are fitted on the training rows and kept with a model.

Nothing of the validation or test rows reaches the training. Whoever uses the model prepares images
with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.data.samples import Samples
from pipelines.io.files import damage_names_file, read_json, write_json
from pipelines.recipes.schema import Recipe

TRANSFORMS: dict[str, type[np_data.Scale] | type[np_data.Standardize]] = {
    "Scale": np_data.Scale,
    "Standardize": np_data.Standardize,
}
Transforms = Sequence[np_data.Scale | np_data.Standardize]


def fit_transforms(recipe: Recipe, inputs: NDArray[Any]) -> Transforms:
    """Make the recipe's transforms and fit each on the training inputs that reach it."""
    fitted: list[np_data.Scale | np_data.Standardize] = []
    for index, (kind, options) in enumerate(recipe.preprocess):
        key = f"preprocess.{index}"
        if kind not in TRANSFORMS:
            raise recipe.error(key, f"must be one of {sorted(TRANSFORMS)}, got {kind!r}")
        try:
            if "mean" in options:  # the recipe gives the numbers
                transform = TRANSFORMS[kind].from_dict(TRANSFORMS[kind]().to_dict() | options)
            else:
                transform = TRANSFORMS[kind](**options).fit(inputs)
        except (KeyError, TypeError, ValueError) as error:
            text = error.args[0] if isinstance(error, KeyError) else error
            raise recipe.error(key, text) from error
        inputs = transform.apply(inputs)
        fitted.append(transform)
    return fitted


def apply_transforms(transforms: Transforms, samples: Samples) -> Samples:
    """Apply fitted transforms in order; the inputs become float32."""
    inputs = samples.inputs
    for transform in transforms:
        inputs = transform.apply(inputs)
    return Samples(np.ascontiguousarray(inputs, np.float32), samples.labels)


def save_transforms(transforms: Transforms, path: Path) -> None:
    """Write fitted transforms as JSON."""
    write_json(path, {"transforms": [transform.to_dict() for transform in transforms]})


def load_transforms(path: Path) -> Transforms:
    """Read transforms that `save_transforms` wrote."""
    content = read_json(path)
    with damage_names_file(path):
        return [np_data.transform_from_dict(state) for state in content["transforms"]]
