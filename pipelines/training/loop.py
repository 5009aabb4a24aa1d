"""The training loop: forward, loss, backward, step, and a measurement after every epoch.

When a recipe counts iterations, a measurement comes after every ``measure_every`` updates, and such
a span stands for an epoch here. All randomness of an epoch depends on the seed and the epoch's
number alone, and the state between two epochs is complete (weights, layer buffers, optimizer,
averages, best weights, history). So a run that continues from a checkpoint ends with the bits of
one that was never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import np_data
import np_layers
import np_optim
from pipelines.data.samples import Samples
from pipelines.io.console import Console
from pipelines.recipes.schema import Recipe
from pipelines.training.checkpoint import Arrays, Checkpoint
from pipelines.training.gradients import Array, Gradient
from pipelines.training.statistics import PROBE_ROWS, Row, gradient_norms, layer_statistics
from pipelines.training.tasks import Task

SAVE_SECONDS = 2.0  # a killed process loses at most so much work, and the running epoch


class Training:
    """The training of one network by a recipe with one seed."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        network: np_layers.Sequential,
        optimizer: np_optim.Optimizer,
        schedule: Callable[[int], float],
        task: Task,
        gradient: Gradient,
        inputs: Array,
    ) -> None:
        self.recipe, self.seed, self.task, self.gradient = recipe, seed, task, gradient
        self.network, self.optimizer, self.schedule = network, optimizer, schedule
        self.inputs = inputs
        self.history: list[Row] = []
        self.layers: list[Row] = []
        self.best: Arrays = {}
        self.average = None if recipe.ema is None else np_optim.EMA(recipe.ema)

    def run(
        self,
        batches: np_data.Batches,
        val: Samples | None,
        checkpoint: Checkpoint,
        console: Console,
        watch: Callable[[list[Row]], None],
    ) -> None:
        """Train the epochs that are left, and put the chosen weights into the network.

        ``watch`` is called with the history after every epoch.
        """
        epochs = math.ceil(update_count(self.recipe, batches) / len(batches))
        done = self._restore(checkpoint, console)
        saved = time.monotonic()
        unit = "epoch" if self.recipe.epochs else "measurement"
        left = self._epochs_left(done, epochs)
        for index in console.progress(left, unit=unit, total=epochs, done=done, status=self.status):
            row = self._train_epoch(batches, index)
            with self._averaged():
                self.history.append(row | ({} if val is None else self._measure(val)))
                if self._chosen() == index:
                    self.best = self.network.state_dict()
            if time.monotonic() - saved > SAVE_SECONDS or index == epochs - 1:
                state = {"history": self.history, "layers": self.layers}
                checkpoint.save(state, self._arrays())
                saved = time.monotonic()
            watch(self.history)
        self.network.load_state_dict(self.best)

    def status(self) -> str:
        """Describe the last measurement in one line."""
        row = self.history[-1]
        shown = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1")
        return ", ".join(f"{key} {row[key]:.4f}" for key in shown if key in row)

    def _epochs_left(self, done: int, epochs: int) -> Iterator[int]:
        """Yield the numbers of the epochs to train; stop when the patience is over."""
        patience = None if self.recipe.keep is None else self.recipe.keep.patience
        for index in range(done, epochs):
            if patience is not None and self.history and index - 1 - self._chosen() >= patience:
                return
            yield index

    def _chosen(self) -> int:
        """Return the epoch whose weights are kept, of those so far."""
        if self.recipe.keep is None:
            return len(self.history) - 1
        values = [row[self.recipe.keep.best] for row in self.history]
        best = min(values) if self.recipe.keep.best == "val_loss" else max(values)
        return values.index(best)

    def _train_epoch(self, batches: np_data.Batches, index: int) -> Row:
        """Make the updates of one epoch and return their average loss and accuracy."""
        recipe, parameters = self.recipe, self.network.parameters()
        step = int(self.history[-1]["step"]) if self.history else 0
        left = update_count(recipe, batches) - step
        rows, loss_sum, correct = 0, 0.0, 0
        for _, (inputs, labels) in zip(range(left), batches.epoch(index), strict=False):
            result = self.gradient(inputs, labels)
            gradients = result.gradients
            if recipe.clip_norm is not None:
                gradients, _ = np_optim.clip_by_norm(gradients, recipe.clip_norm)
            self.optimizer.step(parameters, gradients)
            if self.average is not None:
                self.average.update(parameters)
            loss_sum += result.loss if recipe.reduction == "sum" else result.loss * len(labels)
            correct += result.correct
            rows += len(labels)
            step += 1
        if not math.isfinite(loss_sum):
            raise FloatingPointError(
                f"the loss became {loss_sum} by step {step}; lower lr or set clip_norm"
            )
        epoch = index + 1 if recipe.epochs else step * recipe.batch_size / len(self.inputs)
        place: Row = {"seed": self.seed, "epoch": epoch, "step": step}
        gradient_norm, norms = gradient_norms(result.gradients)
        probe = self.inputs[:PROBE_ROWS]
        self.layers.append(place | layer_statistics(self.network, probe) | norms)
        return {
            **place,
            "lr": float(self.schedule(step - 1)),
            "train_loss": loss_sum / rows,
            "penalty": self.network.penalty(),
            "gradient_norm": gradient_norm,
            **({"train_accuracy": correct / rows} if self.task.classifies else {}),
        }

    def _measure(self, val: Samples) -> Row:
        """Measure the network on the validation rows."""
        outputs = self.network.predict(val.inputs)
        loss, _ = self.task.loss(outputs, val.labels)
        metrics = self.task.measure(self.task.probabilities(outputs), val.labels)
        return {
            "val_loss": loss / len(outputs) if self.recipe.reduction == "sum" else loss,
            **{f"val_{key}": metrics[key] for key in ("accuracy", "f1") if key in metrics},
        }

    def _averaged(self) -> AbstractContextManager[None]:
        """Put the averaged weights, if there are any, into the network during a block."""
        if self.average is None:
            return nullcontext()
        return self.average.applied(self.network.parameters())

    def _arrays(self) -> Arrays:
        states = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "best": self.best,
            "average": {} if self.average is None else self.average.state_dict(),
        }
        return {f"{kind}/{key}": a for kind, state in states.items() for key, a in state.items()}

    def _restore(self, checkpoint: Checkpoint, console: Console) -> int:
        """Load the checkpoint, if there is one; return how many epochs are done."""
        kept = checkpoint.load()
        if kept is None:
            return 0
        state, arrays = kept

        def of(kind: str) -> Arrays:
            return {
                key.removeprefix(kind): array
                for key, array in arrays.items()
                if key.startswith(kind)
            }

        self.network.load_state_dict(of("network/"))
        self.optimizer.load_state_dict(of("optimizer/"))
        self.best = of("best/")
        if self.average is not None:
            self.average.load_state_dict(of("average/"))
        self.history, self.layers = state["history"], state["layers"]
        console.say(f"continuing an interrupted training after measurement {len(self.history)}")
        return len(self.history)


def update_count(recipe: Recipe, batches: np_data.Batches) -> int:
    """Return how many updates the recipe makes."""
    if recipe.iterations is not None:
        return recipe.iterations.count
    return (recipe.epochs or 0) * len(batches)
