"""The training loop: forward, loss, backward, step, and a measurement after every epoch.

When a recipe counts iterations, a measurement comes after every ``measure_every`` updates, and
these updates are called an epoch here. All randomness of an epoch depends on the seed and the
epoch's number alone, and the state between two epochs is complete (weights, layer buffers,
optimizer, averages, best weights, history). So a run that continues from a checkpoint ends with the
same bits as one that was never stopped.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import np_data
import np_optim
from pipelines.data.samples import Samples
from pipelines.data.split import split
from pipelines.data.transforms import apply_transforms, fit_transforms
from pipelines.io.console import Console
from pipelines.recipes.plugins import import_plugins
from pipelines.recipes.schema import Recipe
from pipelines.training.augment import augmentation
from pipelines.training.checkpoint import Arrays, Checkpoint
from pipelines.training.network import build_network, build_optimizer, build_schedule
from pipelines.training.statistics import PROBE_ROWS, Row, gradient_norms, layer_statistics
from pipelines.training.tasks import task_of

SAVE_SECONDS = 2.0  # a killed process loses at most this much work and the running epoch


class Training:
    """The training of one network by a recipe with one seed; wrong keys are errors at once."""

    def __init__(self, recipe: Recipe, seed: int, samples: Samples) -> None:
        self.recipe, self.seed = recipe, seed
        import_plugins(recipe)
        shape = samples.inputs.shape[1:]
        self.network = build_network(recipe, shape, seed)
        self.task = task_of(recipe, samples.labels)
        needed, given = self.task.outputs_for(samples.labels), self.network.output_shape
        if given != (needed,):
            rule = f"must have the output shape ({needed},) for the labels of {recipe.dataset}"
            raise recipe.error("layers", f"{rule}, got {given}; change the units of the last Dense")
        by_accuracy = recipe.keep is not None and recipe.keep.best == "val_accuracy"
        if by_accuracy and not self.task.classifies:
            raise recipe.error("keep.best", "a regression has no accuracy; use val_loss")
        used, val = split(recipe, samples, seed)
        if recipe.last == "drop" and len(used.labels) < recipe.batch_size:
            rule = f"must be at most the {len(used.labels)} training rows with last: drop"
            raise recipe.error("batch_size", f"{rule}, got {recipe.batch_size}")
        self.transforms = fit_transforms(recipe, used.inputs)
        self.used = apply_transforms(self.transforms, used)
        self.val = None if val is None else apply_transforms(self.transforms, val)
        count = recipe.iterations
        self.batches = np_data.Batches(
            *self.used,
            batch_size=recipe.batch_size,
            seed=seed,
            order=recipe.order,
            last=recipe.last,
            steps=None if count is None else min(count.measure_every, count.count),
            transform=augmentation(recipe, shape),
        )
        epochs = recipe.epochs or 0
        self.updates = epochs * len(self.batches) if count is None else count.count
        self.schedule = build_schedule(recipe, self.updates)
        self.optimizer = build_optimizer(recipe, self.schedule)
        self.average = None if recipe.ema is None else np_optim.EMA(recipe.ema)
        self.history: list[Row] = []
        self.layers: list[Row] = []
        self.best: Arrays = {}

    def run(
        self,
        checkpoint: Checkpoint,
        console: Console,
        watch: Callable[[list[Row]], None] = lambda history: None,
    ) -> None:
        """Train the epochs that are left, and put the chosen weights into the network.

        ``watch`` is called with the history after every epoch.
        """
        epochs = math.ceil(self.updates / len(self.batches))
        done = self._restore(checkpoint, console)
        saved = time.monotonic()
        unit = "epoch" if self.recipe.epochs else "measurement"
        left = self._epochs_left(done, epochs)
        for index in console.progress(left, unit=unit, total=epochs, done=done, status=self.status):
            row = self._train_epoch(index)
            with self._averaged():
                self.history.append(row | self._measure())
                if self._chosen() == index:
                    self.best = self.network.state_dict()
            if time.monotonic() - saved > SAVE_SECONDS or index == epochs - 1:
                self._save(checkpoint)
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

    def _train_epoch(self, index: int) -> Row:
        """Make the updates of one epoch and return their average loss and accuracy."""
        recipe, parameters = self.recipe, self.network.parameters()
        step = int(self.history[-1]["step"]) if self.history else 0
        rows, loss_sum, correct = 0, 0.0, 0
        for _, (inputs, labels) in zip(
            range(self.updates - step), self.batches.epoch(index), strict=False
        ):
            outputs = self.network.forward(inputs, training=True)
            loss, gradient = self.task.loss(outputs, labels)
            self.network.backward(gradient, input_gradient=False)
            gradients = self.network.gradients()
            if recipe.clip_norm is not None:
                gradients, _ = np_optim.clip_by_norm(gradients, recipe.clip_norm)
            self.optimizer.step(parameters, gradients)
            if self.average is not None:
                self.average.update(parameters)
            loss_sum += loss if recipe.reduction == "sum" else loss * len(labels)
            correct += self.task.count_correct(outputs, labels)
            rows += len(labels)
            step += 1
        if not math.isfinite(loss_sum):
            raise FloatingPointError(
                f"the loss became {loss_sum} by step {step}; lower lr or set clip_norm"
            )
        epoch = index + 1 if recipe.epochs else step * recipe.batch_size / len(self.used.inputs)
        place: Row = {"seed": self.seed, "epoch": epoch, "step": step}
        gradient_norm, norms = gradient_norms(self.network.gradients())
        probe = self.used.inputs[:PROBE_ROWS]
        self.layers.append(place | layer_statistics(self.network, probe) | norms)
        return {
            **place,
            "lr": float(self.schedule(step - 1)),
            "train_loss": loss_sum / rows,
            "penalty": self.network.penalty(),
            "gradient_norm": gradient_norm,
            **({"train_accuracy": correct / rows} if self.task.classifies else {}),
        }

    def _measure(self) -> Row:
        """Measure the network on the validation rows, if there are any."""
        if self.val is None:
            return {}
        outputs = self.network.predict(self.val.inputs)
        loss, _ = self.task.loss(outputs, self.val.labels)
        metrics = self.task.measure(self.task.probabilities(outputs), self.val.labels)
        return {
            "val_loss": loss / len(outputs) if self.recipe.reduction == "sum" else loss,
            **{f"val_{key}": metrics[key] for key in ("accuracy", "f1") if key in metrics},
        }

    def _averaged(self) -> AbstractContextManager[None]:
        """Put the averaged weights, if there are any, into the network during a block."""
        if self.average is None:
            return nullcontext()
        return self.average.applied(self.network.parameters())

    def _save(self, checkpoint: Checkpoint) -> None:
        arrays = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "best": self.best,
            "average": {} if self.average is None else self.average.state_dict(),
        }
        checkpoint.save({"history": self.history, "layers": self.layers}, arrays)

    def _restore(self, checkpoint: Checkpoint, console: Console) -> int:
        """Load the checkpoint, if there is one; return how many epochs are done."""
        kept = checkpoint.load()
        if kept is None:
            return 0
        state, arrays = kept
        self.network.load_state_dict(arrays["network"])
        self.optimizer.load_state_dict(arrays["optimizer"])
        self.best = arrays["best"]
        if self.average is not None:
            self.average.load_state_dict(arrays["average"])
        self.history, self.layers = state["history"], state["layers"]
        console.say(f"continuing an interrupted training after measurement {len(self.history)}")
        return len(self.history)
