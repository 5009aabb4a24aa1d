"""Preprocessing of inputs: transforms that are fitted on the training rows and kept with a model.

The validation and test rows do not influence them. Whoever uses the model prepares images with the
same numbers.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.data.samples import Samples
from pipelines.io.files import damage_names_file, read_json, write_json
from pipelines.recipes.choices import build
from pipelines.recipes.schema import Recipe

Transforms = Sequence[np_data.Transform]


def _fitted(
    kind: type[np_data.Transform], inputs: NDArray[Any], **options: Any
) -> np_data.Transform:
    """Fit a transform, or give it the numbers that the recipe names."""
    if "mean" in options:
        return kind.from_dict(kind().to_dict() | options)
    return np_data.transform_from_dict(kind(**options).fit(inputs).to_dict())


def fit_transforms(recipe: Recipe, inputs: NDArray[Any]) -> Transforms:
    """Make the recipe's transforms; fit each on the outputs of the one before."""
    kinds = {name: partial(_fitted, kind) for name, kind in np_data.TRANSFORMS.items()}
    fitted: list[np_data.Transform] = []
    for index, choice in enumerate(recipe.preprocess):
        fitted.append(
            build(recipe.place(f"preprocess.{index}"), kinds, choice, inputs, plugins=True)
        )
        inputs = fitted[-1].apply(inputs)
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
