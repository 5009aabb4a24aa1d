"""Train the network of one recipe and write the model and its history.

A killed training goes on where it was: run the command, or `dvc repro`, again. The bits of the result
are the same as without the interruption.
"""

from __future__ import annotations

import hashlib

import np_layers

from pipelines._env import PUBLISHED, ROOT, arithmetic
from pipelines.checkpoint import Checkpoint, fingerprint
from pipelines.config import load_params
from pipelines.console import Console, arguments, run
from pipelines.files import write_table
from pipelines.model import build_network, build_optimizer
from pipelines.prepare import (
    Part,
    apply_transforms,
    fit_transforms,
    load_part,
    processed,
    save_transforms,
    split,
)
from pipelines.tasks import task_of
from pipelines.training import Training


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "train", "recipe", "a key of recipes: in params.yaml")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"train@{name}", quiet=args.quiet) as console:
        optimizer = build_optimizer(name, recipe)
        part = load_part(recipe.dataset, "train")
        folder = processed(recipe.dataset, "train")
        console.read(folder, f"{len(part.labels)} rows")
        if arithmetic() != PUBLISHED:
            console.say(f"computing with {arithmetic()}; the published bits need {PUBLISHED}")
        network = build_network(name, recipe, part.images.shape[1:], recipe.seed)
        train, val = split(part, recipe)
        transforms = fit_transforms(name, recipe, train.images)
        train = Part(apply_transforms(transforms, train.images), train.labels)
        if val is not None:
            val = Part(apply_transforms(transforms, val.images), val.labels)

        checkpoint = Checkpoint(name, fingerprint(recipe, folder), console.say)
        training = Training(recipe, network, optimizer, task_of(recipe))
        training.run(train, val, checkpoint, console)

        model = ROOT / "models" / name / "model.npz"
        model.parent.mkdir(parents=True, exist_ok=True)
        np_layers.save(network, model)
        console.wrote(model)
        console.say(f"SHA-256 of the model {hashlib.sha256(model.read_bytes()).hexdigest()}")
        save_transforms(transforms, model.with_name("transforms.json"))
        history = ROOT / "reports" / name / "history.csv"
        write_table(history, training.history)
        console.wrote(history)
        checkpoint.discard()


if __name__ == "__main__":
    run(main)
