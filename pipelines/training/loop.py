"""The training loop: forward, loss, backward, step, and a measurement after every round.

A round is an epoch, or `measure_every` updates where a recipe counts iterations. All randomness
of a round depends on the seed and the round's number alone, and the state between two rounds is
complete (weights, layer buffers, optimizer, averages, best weights, history), so a run that
continues from a checkpoint ends with the bits of one that was never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import np_data
import np_layers
import np_optim
from pipelines.shared.console import Console
from pipelines.shared.parts import Part
from pipelines.shared.recipe import Recipe
from pipelines.shared.tasks import Task
from pipelines.training.checkpoint import Arrays, Checkpoint
from pipelines.training.gradients import Array, Gradient
from pipelines.training.statistics import ROWS, Row, gradient_norms, layer_statistics

SAVE_SECONDS = 2.0  # a killed process loses at most so much work, and the running round


class Training:
    """One network on its way through a recipe's rounds with one seed."""

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
        self.layers: list[Row] = []  # what happened inside, beside the history
        self.best: Arrays = {}
        self.average = None if recipe.ema is None else np_optim.EMA(recipe.ema)

    def run(
        self, batches: np_data.Batches, val: Part | None, checkpoint: Checkpoint, console: Console
    ) -> None:
        """Train all rounds that are not done yet, and leave the chosen weights in the network."""
        rounds = math.ceil(updates(self.recipe, batches) / len(batches))
        done = self._restore(checkpoint, console)
        saved = time.monotonic()
        for index in console.rounds(self._to_do(done, rounds), rounds, done, self.status):
            row = self._round(batches, index)
            with self._averaged():
                self.history.append(row | ({} if val is None else self._measure(val)))
                if self._chosen() == index:
                    self.best = self.network.state_dict()
            if time.monotonic() - saved > SAVE_SECONDS or index == rounds - 1:
                state = {"history": self.history, "layers": self.layers}
                checkpoint.save(state, self._arrays())
                saved = time.monotonic()
        self.network.load_state_dict(self.best)

    def status(self) -> str:
        """Describe the last round in one line."""
        row = self.history[-1]
        shown = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1")
        return ", ".join(f"{key} {row[key]:.4f}" for key in shown if key in row)

    def _to_do(self, done: int, rounds: int) -> Iterator[int]:
        """Yield the numbers of the rounds to do; none after `patience` rounds without a gain."""
        for index in range(done, rounds):
            patience = self.recipe.patience
            if patience is not None and self.history and index - 1 - self._chosen() >= patience:
                return
            yield index

    def _chosen(self) -> int:
        """Return the round whose weights are kept, of those so far."""
        keep = self.recipe.keep
        if keep == "last":
            return len(self.history) - 1
        values = [row[keep] for row in self.history]
        return values.index(min(values) if keep.endswith("loss") else max(values))

    def _round(self, batches: np_data.Batches, index: int) -> Row:
        """Make the updates of one round and return what they cost on average."""
        recipe, parameters = self.recipe, self.network.parameters()
        step = int(self.history[-1]["step"]) if self.history else 0
        left = updates(recipe, batches) - step
        seen, lost, right, length = 0, 0.0, 0, 0.0
        for _, (inputs, labels) in zip(range(left), batches.epoch(index), strict=False):
            loss, correct, gradients = self.gradient(inputs, labels)
            if recipe.clip_norm is not None:
                gradients, length = np_optim.clip_by_norm(gradients, recipe.clip_norm)
            self.optimizer.step(parameters, gradients)
            if self.average is not None:
                self.average.update(parameters)
            lost += loss if recipe.reduction == "sum" else loss * len(labels)
            right += correct
            seen += len(labels)
            step += 1
        if not math.isfinite(lost):
            raise FloatingPointError(
                f"the loss became {lost} by step {step}; lower lr or set clip_norm"
            )
        epoch = index + 1 if recipe.epochs else step * recipe.batch_size / len(self.inputs)
        place: Row = {"seed": self.seed, "epoch": epoch, "step": step}
        norm, norms = gradient_norms(gradients)
        self.layers.append(place | layer_statistics(self.network, self.inputs[:ROWS]) | norms)
        return {
            **place,
            "lr": float(self.schedule(step - 1)),
            "train_loss": lost / seen,
            "penalty": self.network.penalty(),
            "gradient_norm": norm if recipe.clip_norm is None else length,
            **({"train_accuracy": right / seen} if self.task.classifies else {}),
        }

    def _measure(self, val: Part) -> Row:
        """Measure the network on rows that it does not train on."""
        outputs = self.network.predict(val.inputs)
        loss, _ = self.task.loss(outputs, val.labels)
        found = self.task.measure(self.task.probabilities(outputs), val.labels)
        loss = loss / len(outputs) if self.recipe.reduction == "sum" else loss
        return {
            "val_loss": loss,
            **{f"val_{key}": found[key] for key in ("accuracy", "f1") if key in found},
        }

    def _averaged(self) -> AbstractContextManager[None]:
        """Put the averaged weights, if there are any, into the network while a block lasts."""
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
        return {f"{part}/{key}": a for part, state in states.items() for key, a in state.items()}

    def _restore(self, checkpoint: Checkpoint, console: Console) -> int:
        """Take over a kept state; return how many rounds are done."""
        kept = checkpoint.load()
        if kept is None:
            return 0
        state, arrays = kept
        self.network.load_state_dict(_below("network/", arrays))
        self.optimizer.load_state_dict(_below("optimizer/", arrays))
        self.best = _below("best/", arrays)
        if self.average is not None:
            self.average.load_state_dict(_below("average/", arrays))
        self.history, self.layers = state["history"], state["layers"]
        console.say(f"going on after round {len(self.history)} of an interrupted training")
        return len(self.history)


def updates(recipe: Recipe, batches: np_data.Batches) -> int:
    """Return how many updates the recipe makes."""
    return recipe.iterations or (recipe.epochs or 0) * len(batches)


def _below(prefix: str, arrays: Arrays) -> Arrays:
    return {
        key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)
    }
