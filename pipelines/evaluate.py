"""Measure one trained network on the test rows, which no other stage looks at.

The training rows are measured as well, for the table of published and reproduced results.
"""

from __future__ import annotations

import hashlib
from typing import Any

import np_layers
import np_metrics
import numpy as np

from pipelines._env import ROOT
from pipelines.config import Recipe, load_params
from pipelines.console import Console, arguments, run
from pipelines.files import replaced, write_json
from pipelines.prepare import apply_transforms, load_part, load_transforms
from pipelines.tasks import Array, Labels, task_of


def measure(labels: Labels, probabilities: Array) -> dict[str, Any]:
    """Return the metrics of predictions, as plain numbers."""
    answers = probabilities.argmax(axis=1)
    classes = list(range(probabilities.shape[1]))
    options: dict[str, Any] = {"labels": classes, "zero_division": 0}
    return {
        "accuracy": np_metrics.accuracy(labels, answers),
        "precision": np_metrics.precision(labels, answers, average="macro", **options),
        "recall": np_metrics.recall(labels, answers, average="macro", **options),
        "f1": np_metrics.f1(labels, answers, average="macro", **options),
        "f1_per_class": np_metrics.f1(labels, answers, average=None, **options).tolist(),
        "log_loss": np_metrics.log_loss(labels, probabilities.astype(np.float64), labels=classes),
    }


def evaluate(
    recipe: Recipe, network: np_layers.Sequential, images: Array, labels: Labels
) -> tuple[dict[str, Any], Array]:
    """Return the metrics and the predicted probabilities `(n, classes)` on some rows."""
    probabilities = task_of(recipe).probabilities(network.predict(images))
    return measure(labels, probabilities), probabilities


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "evaluate", "recipe", "a key of recipes: in params.yaml")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"evaluate@{name}", quiet=args.quiet) as console:
        model = ROOT / "models" / name / "model.npz"
        network = np_layers.load(model)
        transforms = load_transforms(model.with_name("transforms.json"))
        metrics: dict[str, Any] = {
            "parameters": sum(array.size for array in network.parameters().values()),
            "model_sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        }
        console.read(model, f"{metrics['parameters']} parameters")
        for kind in ("train", "test"):
            part = load_part(recipe.dataset, kind)
            images = apply_transforms(transforms, part.images)
            found, probabilities = evaluate(recipe, network, images, part.labels)
            metrics |= {f"{kind}_{key}": value for key, value in found.items()}
            console.say(f"{kind} accuracy {found['accuracy']:.4f}, macro F1 {found['f1']:.4f}")
        path = ROOT / "data" / "predictions" / f"{name}.npy"
        with replaced(path) as temporary:
            np.save(temporary, probabilities, allow_pickle=False)
        console.wrote(path)
        report = ROOT / "reports" / name / "metrics.json"
        write_json(report, metrics)
        console.wrote(report)


if __name__ == "__main__":
    run(main)
