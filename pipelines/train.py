"""Train the network of one recipe and write the model and its history.

A killed training goes on where it was: run the command, or `dvc repro`, again. The bits of the
result are the same as without the interruption.
"""

from __future__ import annotations

import hashlib

import np_data
import np_layers
from pipelines.shared._env import PUBLISHED, ROOT, arithmetic
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, arguments, run
from pipelines.shared.files import naming, remove_others, write_table
from pipelines.shared.parts import Part, load_part, model_path, processed
from pipelines.shared.prepare import (
    Transforms,
    apply_transforms,
    fit_transforms,
    save_transforms,
    split,
)
from pipelines.shared.recipe import Recipe
from pipelines.shared.tasks import task_of
from pipelines.training.augment import augmentation
from pipelines.training.checkpoint import Checkpoint, fingerprint
from pipelines.training.gradients import gradient_of
from pipelines.training.loop import Training, updates
from pipelines.training.model import build_network, build_optimizer, build_schedule
from pipelines.training.statistics import Row


def train(
    recipe: Recipe, seed: int, part: Part, checkpoint: Checkpoint, console: Console
) -> tuple[np_layers.Sequential, Transforms, Training]:
    """Train a recipe with one seed on the training rows `part`."""
    network = build_network(recipe, part.inputs.shape[1:], seed)
    augment = augmentation(recipe, part.inputs.shape[1:])
    rows, val = split(recipe, part, seed)
    transforms = fit_transforms(recipe, rows.inputs)
    rows = apply_transforms(transforms, rows)
    val = None if val is None else apply_transforms(transforms, val)
    batches = np_data.Batches(
        *rows,
        batch_size=recipe.batch_size,
        seed=seed,
        order=recipe.order,
        last=recipe.last,
        steps=recipe.iterations and min(recipe.measure_every, recipe.iterations),
        transform=augment,
    )
    task = task_of(recipe, part.labels)
    schedule = build_schedule(recipe, updates(recipe, batches))
    training = Training(
        recipe,
        seed,
        network,
        build_optimizer(recipe, schedule),
        schedule,
        task,
        gradient_of(recipe, network, task),
        rows.inputs,
    )
    training.run(batches, val, checkpoint, console)
    return network, transforms, training


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "train", "recipe", "a recipe or a flagship")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"train@{name}", quiet=args.quiet) as console:
        part = load_part(recipe.dataset, "train")
        folder = processed(recipe.dataset, "train")
        console.read(folder, f"{len(part.labels)} rows")
        if arithmetic() != PUBLISHED:
            console.say(f"computing with {arithmetic()}; the published bits need {PUBLISHED}")
        key = fingerprint(recipe, folder)
        history: list[Row] = []
        layers: list[Row] = []
        checkpoints, written = [], []
        for seed in recipe.all_seeds:
            checkpoint = Checkpoint(f"{name}.{seed}", key, console.say)
            network, transforms, training = train(recipe, seed, part, checkpoint, console)
            history += training.history
            layers += training.layers
            checkpoints.append(checkpoint)
            model = model_path(name, recipe, seed)
            model.parent.mkdir(parents=True, exist_ok=True)
            with naming(model):
                np_layers.save(network, model)
            console.wrote(model)
            console.say(f"SHA-256 of the model {hashlib.sha256(model.read_bytes()).hexdigest()}")
            save_transforms(transforms, model.with_suffix(".json"))
            written += [model, model.with_suffix(".json")]
        remove_others(model.parent, keep=written)
        for table, rows in (("history", history), ("layers", layers)):
            path = ROOT / "reports" / name / f"{table}.csv"
            write_table(path, rows)
            console.wrote(path)
        for checkpoint in checkpoints:
            checkpoint.discard()


if __name__ == "__main__":
    run(main)
