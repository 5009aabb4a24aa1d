"""The paths of data, models and results."""

from pathlib import Path

from pipelines.environment import ROOT
from pipelines.recipes.schema import Recipe

REPORTS = ROOT / "reports"


def raw_folder(dataset: str) -> Path:
    """Return the folder of the files of a data set as they were fetched."""
    return ROOT / "data" / "raw" / dataset


def processed_folder(dataset: str, split: str) -> Path:
    """Return the folder of the arrays of a data set's split, ``train`` or ``test``."""
    return ROOT / "data" / "processed" / dataset / split


def data_card(dataset: str) -> Path:
    """Return the data card: a file with a data set's class names, rows and hashes."""
    return REPORTS / "data" / f"{dataset}.json"


def results_folder(recipe: Recipe) -> Path:
    """Return the folder of a recipe's results."""
    return REPORTS / recipe.section / recipe.name


def predictions_path(recipe: Recipe) -> Path:
    """Return the file with the probabilities that the first seed gives to the test rows."""
    return ROOT / "data" / "predictions" / f"{recipe.name}.npy"


def plugins_path(recipe: Recipe) -> Path:
    """Return the file with the hashes of a recipe's plugins."""
    return ROOT / "data" / "plugins" / f"{recipe.name}.json"


def model_path(recipe: Recipe, seed: int) -> Path:
    """Return the model file of one seed: model.npz of the first, model-SEED.npz of the others.

    The fitted transforms lie beside it with the suffix ``.json``.
    """
    file = "model.npz" if seed == recipe.all_seeds[0] else f"model-{seed}.npz"
    return ROOT / "models" / recipe.name / file
