"""The rows of a preprocessed data set, and where they and the models of a recipe lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from pipelines.shared._env import ROOT
from pipelines.shared.files import read_array
from pipelines.shared.recipe import Recipe


class Part(NamedTuple):
    """Inputs `(n, …)`, images as `(n, channels, height, width)`, and what is asked of each row.

    Labels are class ids `(n,)`, or the values `(n, k)` of a regression.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]


def processed(dataset: str, part: str) -> Path:
    """Return the folder of the part `train` or `test` of a data set."""
    return ROOT / "data" / "processed" / dataset / part


def load_part(dataset: str, part: str) -> Part:
    """Load one part of a preprocessed data set."""
    folder = processed(dataset, part)
    return Part(*(read_array(folder / f"{kind}.npy") for kind in Part._fields))


def model_path(name: str, recipe: Recipe, seed: int) -> Path:
    """Return the model file of a recipe's seed: model.npz of the first, model-SEED.npz of others.

    The fitted transforms lie beside it with the suffix .json.
    """
    file = "model.npz" if seed == recipe.all_seeds[0] else f"model-{seed}.npz"
    return ROOT / "models" / name / file
