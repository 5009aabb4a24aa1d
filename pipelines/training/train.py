"""Train a recipe with one seed."""

from __future__ import annotations

from collections.abc import Callable

import np_data
import np_layers
from pipelines.data.samples import Samples
from pipelines.data.split import split
from pipelines.data.transforms import Transforms, apply_transforms, fit_transforms
from pipelines.io.console import Console
from pipelines.recipes.schema import Recipe
from pipelines.training.augment import augmentation
from pipelines.training.checkpoint import Checkpoint
from pipelines.training.gradients import gradient_of
from pipelines.training.loop import Training, update_count
from pipelines.training.network import build_network, build_optimizer, build_schedule
from pipelines.training.statistics import Row
from pipelines.training.tasks import task_of


def train(
    recipe: Recipe,
    seed: int,
    samples: Samples,
    checkpoint: Checkpoint,
    console: Console,
    watch: Callable[[list[Row]], None] = lambda history: None,
) -> tuple[np_layers.Sequential, Transforms, Training]:
    """Train a recipe with one seed on training samples; ``watch`` sees the history grow."""
    network = build_network(recipe, samples.inputs.shape[1:], seed)
    augment = augmentation(recipe, samples.inputs.shape[1:])
    task = task_of(recipe, samples.labels)
    if recipe.keep is not None and recipe.keep.best == "val_accuracy" and not task.classifies:
        raise recipe.error("keep.best", "a regression has no accuracy; use val_loss")
    used, val = split(recipe, samples, seed)
    if recipe.last == "drop" and len(used.labels) < recipe.batch_size:
        raise recipe.error(
            "batch_size",
            f"must be at most the {len(used.labels)} training rows with last: drop, "
            f"got {recipe.batch_size}",
        )
    transforms = fit_transforms(recipe, used.inputs)
    used = apply_transforms(transforms, used)
    val = None if val is None else apply_transforms(transforms, val)
    iterations = recipe.iterations
    batches = np_data.Batches(
        *used,
        batch_size=recipe.batch_size,
        seed=seed,
        order=recipe.order,
        last=recipe.last,
        steps=None if iterations is None else min(iterations.measure_every, iterations.count),
        transform=augment,
    )
    schedule = build_schedule(recipe, update_count(recipe, batches))
    training = Training(
        recipe,
        seed,
        network,
        build_optimizer(recipe, schedule),
        schedule,
        task,
        gradient_of(recipe, network, task),
        used.inputs,
    )
    training.run(batches, val, checkpoint, console, watch)
    return network, transforms, training
