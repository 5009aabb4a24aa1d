"""The training loop: forward, loss, backward, step, and a measurement after every round.

A round is an epoch, or `measure_every` updates where a recipe counts iterations. All randomness of a
round depends on the seed and the round's number alone, and the state between two rounds is complete
(weights, layer buffers, optimizer, history), so a run that continues from a checkpoint ends with the
bits of one that was never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import np_data
import np_layers
import np_metrics
import np_optim
import numpy as np

from pipelines.checkpoint import Arrays, Checkpoint
from pipelines.config import Recipe
from pipelines.console import Console
from pipelines.prepare import Part
from pipelines.tasks import Task

Row = dict[str, float | int]
SAVE_SECONDS = 2.0  # at most so much work is lost with a killed process, besides the running round


class Training:
    """One network on its way through a recipe's rounds."""

    def __init__(
        self,
        recipe: Recipe,
        network: np_layers.Sequential,
        optimizer: np_optim.Optimizer,
        task: Task,
    ) -> None:
        self.recipe = recipe
        self.network = network
        self.optimizer = optimizer
        self.task = task
        self.history: list[Row] = []

    def run(self, train: Part, val: Part | None, checkpoint: Checkpoint, console: Console) -> None:
        """Train all rounds that are not done yet."""
        batches = self._batches(train)
        total = math.ceil(self._updates(batches) / len(batches))
        done = self._restore(checkpoint, console)
        saved = time.monotonic()
        for index in console.rounds(range(done, total), total, done, self.status):
            row = self._round(batches, index, len(train.labels))
            if val is not None:
                row |= self._measure(val)
            self.history.append(row)
            if time.monotonic() - saved > SAVE_SECONDS:
                checkpoint.save({"history": self.history}, self._arrays())
                saved = time.monotonic()

    def status(self) -> str:
        """Describe the last round in one line."""
        row = self.history[-1]
        shown = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1")
        return ", ".join(f"{key} {row[key]:.4f}" for key in shown if key in row)

    def _batches(self, train: Part) -> np_data.Batches:
        recipe = self.recipe
        steps = None
        if recipe.iterations is not None:
            steps = min(recipe.measure_every, recipe.iterations)
        return np_data.Batches(
            *train,
            batch_size=recipe.batch_size,
            seed=recipe.seed,
            order=recipe.order,
            last=recipe.last,
            steps=steps,
        )

    def _updates(self, batches: np_data.Batches) -> int:
        recipe = self.recipe
        return recipe.iterations or (recipe.epochs or 0) * len(batches)

    def _round(self, batches: np_data.Batches, index: int, rows: int) -> Row:
        """Make the updates of one round and return what they cost on average."""
        step = self.history[-1]["step"] if self.history else 0
        seen, lost, right = 0, 0.0, 0
        for images, labels in self._up_to_the_last(batches, index):
            outputs = self.network.forward(images, training=True)
            loss, gradient = self.task.loss(outputs, labels)
            self.network.backward(gradient, input_gradient=False)
            self.optimizer.step(self.network.parameters(), self.network.gradients())
            count = len(labels)
            lost += loss if self.recipe.reduction == "sum" else loss * count
            right += int(np.count_nonzero(outputs.argmax(axis=1) == labels))
            seen += count
            step += 1
        return {
            "epoch": step * self.recipe.batch_size / rows
            if self.recipe.epochs is None
            else index + 1,
            "step": int(step),
            "lr": self.optimizer.lr_at(int(step) - 1),
            "train_loss": lost / seen,
            "penalty": self.network.penalty(),
            "train_accuracy": right / seen,
        }

    def _up_to_the_last(self, batches: np_data.Batches, index: int) -> Iterator[tuple[Any, ...]]:
        """Yield the batches of a round; the last round may be shorter than the others."""
        left = self._updates(batches) - index * len(batches)
        for _, batch in zip(range(left), batches.epoch(index), strict=False):
            yield batch

    def _measure(self, part: Part) -> Row:
        """Measure the network on rows that it does not train on."""
        outputs = self.network.predict(part.images)
        loss, _ = self.task.loss(outputs, part.labels)
        answers = outputs.argmax(axis=1)
        count = len(part.labels) if self.recipe.reduction == "sum" else 1
        return {
            "val_loss": loss / count,
            "val_accuracy": float(np_metrics.accuracy(part.labels, answers)),
            "val_f1": float(np_metrics.f1(part.labels, answers, average="macro", zero_division=0)),
        }

    def _arrays(self) -> Arrays:
        network = {f"network/{key}": array for key, array in self.network.state_dict().items()}
        optimizer = {f"optimizer/{key}": a for key, a in self.optimizer.state_dict().items()}
        return network | optimizer

    def _restore(self, checkpoint: Checkpoint, console: Console) -> int:
        """Take over a kept state; return how many rounds are done."""
        kept = checkpoint.load()
        if kept is None:
            return 0
        state, arrays = kept
        self.network.load_state_dict(_below("network/", arrays))
        self.optimizer.load_state_dict(_below("optimizer/", arrays))
        self.history = state["history"]
        console.say(f"going on after round {len(self.history)} ({checkpoint.path.name})")
        return len(self.history)


def _below(prefix: str, arrays: Arrays) -> Arrays:
    return {
        key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)
    }
