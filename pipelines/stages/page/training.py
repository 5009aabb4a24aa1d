"""Export a small recipe for the page, which trains it: settings, rows, and expected hashes.

stages/templates/training.js starts from the recipe's seed and ends with the bytes of the model
file. The hashes are those of the model that the stage `train` wrote.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.data.samples import load_samples
from pipelines.data.split import split
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.environment import ROOT
from pipelines.io.files import file_hash
from pipelines.io.places import model_path
from pipelines.recipes.schema import Recipe
from pipelines.stages.canvas import encode
from pipelines.stages.page.packing import pack

# What training.js computes; the other keys of such a recipe must have their defaults.
LAYERS = {"Dense", "Flatten", "LeakyReLU", "ReLU", "Sigmoid", "Tanh"}
INITIALIZERS = {"he_normal", "xavier_normal"}
LOSSES = {"binary_cross_entropy", "cross_entropy"}
DEFAULTS = ("augment", "clip_norm", "ema", "keep", "l1", "l2", "last", "reduction", "schedule")


def check(recipe: Recipe) -> None:
    """Raise ConfigError if the page cannot train a recipe."""
    known = {
        "layers": {kind for kind, _ in recipe.layers} <= LAYERS,
        "weight_init": recipe.weight_init in [(name, {}) for name in INITIALIZERS],
        "loss": recipe.loss in [(name, {}) for name in LOSSES],
        "optimizer": recipe.optimizer == ("Adam", {}),
        "order": recipe.order != "replacement",
        "seed": (recipe.seed or 0) < 2**32,
        "seeds": recipe.seeds is None,
    } | {key: getattr(recipe, key) == Recipe.model_fields[key].default for key in DEFAULTS}
    for key, holds in known.items():
        if not holds:
            raise recipe.error(key, f"the page cannot train with {getattr(recipe, key)!r}")


def embed_training(recipe: Recipe) -> dict[str, Any]:
    """Return what the page needs to train a recipe, and the hashes that the result must have.

    The inputs are compressed indices into a table of values. ``folder`` is the hash of the model's
    folder, or None if dvc.lock has another hash.
    """
    check(recipe)
    seed = recipe.all_seeds[0]
    model = model_path(recipe, seed)
    transforms = model.with_suffix(".json")
    rows, _ = split(recipe, load_samples(recipe.dataset, "train"), seed)
    rows = apply_transforms(load_transforms(transforms), rows)
    values, codes = np.unique(rows.inputs, return_inverse=True)
    if len(values) > 256:
        rule = "the page trains with at most 256 different input values"
        raise recipe.error("dataset", f"{rule}, got {len(values)}")
    folder = folder_hash(model.parent)
    locked = f"md5: {folder}" in (ROOT / "dvc.lock").read_text(encoding="utf-8")
    count = recipe.iterations
    batches = -(-len(rows.labels) // recipe.batch_size)
    return {
        "seed": seed,
        "order": recipe.order,
        "batch": recipe.batch_size,
        "updates": (recipe.epochs or 0) * batches if count is None else count.count,
        "measure": batches if count is None else count.measure_every,
        "loss": recipe.loss[0],
        "lr": recipe.lr,
        "values": encode(values),
        "codes": pack(codes.astype(np.uint8).tobytes()),
        "labels": rows.labels.tolist(),
        "document": np.load(model)["config"].tobytes().decode("ascii"),
        "transforms": transforms.read_text(encoding="utf-8"),
        "sha256": file_hash(model),
        "folder": folder if locked else None,
    }


def folder_hash(folder: Path) -> str:
    """Return the hash by which DVC knows a folder of files."""
    files = [
        {"md5": hashlib.md5(path.read_bytes()).hexdigest(), "relpath": path.name}  # noqa: S324
        for path in sorted(folder.iterdir())
    ]
    listing = json.dumps(files, sort_keys=True).encode()
    return hashlib.md5(listing).hexdigest() + ".dir"  # noqa: S324 - DVC's choice
