"""From the arrays of a data set to what one recipe trains on and is tested on.

The rows are split first and the transforms are fitted on the training rows alone, so that nothing
of the validation or test rows reaches the training. The fitted transforms are kept beside the
model: whoever uses the model prepares images with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.shared.files import read_json, reading, write_json
from pipelines.shared.parts import Part
from pipelines.shared.recipe import Recipe

TRANSFORMS: dict[str, type[np_data.Scale] | type[np_data.Standardize]] = {
    "Scale": np_data.Scale,
    "Standardize": np_data.Standardize,
}
Transforms = Sequence[np_data.Scale | np_data.Standardize]


def split(recipe: Recipe, part: Part, seed: int) -> tuple[Part, Part | None]:
    """Draw training and validation rows as the recipe says; the second is None without them."""
    if recipe.val_fraction:
        train, val = np_data.train_val_split(*part, val_fraction=recipe.val_fraction, seed=seed)
        return Part(*(array[: recipe.train_rows] for array in train)), Part(*val)
    if not (recipe.val_rows or recipe.train_rows):
        return part, None
    rows, held_out = len(part.labels), recipe.val_rows or 0
    used = rows - held_out if recipe.train_rows is None else recipe.train_rows
    if used + held_out > rows or used < 1:
        raise recipe.wrong(
            "val_rows",
            f"train_rows and val_rows must fit into the {rows} rows of {recipe.dataset}, "
            f"got {recipe.train_rows} and {recipe.val_rows}",
        )
    mixed = np_data.shuffle(*part, rng=np.random.default_rng(seed))
    train = Part(*(array[:used] for array in mixed))
    return train, Part(*(array[used : used + held_out] for array in mixed)) if held_out else None


def fit_transforms(recipe: Recipe, inputs: NDArray[Any]) -> Transforms:
    """Make the recipe's transforms and fit each on the training inputs that reach it."""
    fitted: list[np_data.Scale | np_data.Standardize] = []
    for index, (kind, options) in enumerate(recipe.preprocess):
        key = f"preprocess.{index}"
        if kind not in TRANSFORMS:
            raise recipe.wrong(key, f"must be one of {sorted(TRANSFORMS)}, got {kind!r}")
        try:
            if "mean" in options:  # given by the recipe, not learnt
                transform = TRANSFORMS[kind].from_dict(TRANSFORMS[kind]().to_dict() | options)
            else:
                transform = TRANSFORMS[kind](**options).fit(inputs)
        except (KeyError, TypeError, ValueError) as error:
            text = error.args[0] if isinstance(error, KeyError) else error
            raise recipe.wrong(key, text) from error
        inputs = transform.apply(inputs)
        fitted.append(transform)
    return fitted


def apply_transforms(transforms: Transforms, part: Part) -> Part:
    """Apply fitted transforms in order to the inputs of a part, which become float32."""
    inputs = part.inputs
    for transform in transforms:
        inputs = transform.apply(inputs)
    return Part(np.ascontiguousarray(inputs, np.float32), part.labels)


def save_transforms(transforms: Transforms, path: Path) -> None:
    """Write fitted transforms as JSON."""
    write_json(path, {"transforms": [{type(t).__name__: t.to_dict()} for t in transforms]})


def load_transforms(path: Path) -> Transforms:
    """Read what `save_transforms` wrote."""
    content = read_json(path)
    with reading(path):
        entries = [
            (kind, state) for entry in content["transforms"] for kind, state in entry.items()
        ]
        return [TRANSFORMS[kind].from_dict(state) for kind, state in entries]
