"""Measure one trained recipe on the test rows, which no other stage looks at.

The rows that it was trained on are measured as well, without those that were held out, for the
table of published and reproduced results. With several seeds a metric is the mean over them, with
its standard deviation beside it. The interval of the test accuracy comes from resampling the test
rows: it says how far another test set of this size could move the figure, and nothing of other
trainings.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

import np_layers
import np_metrics
from pipelines.shared._env import ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, arguments, run
from pipelines.shared.files import write_array, write_json
from pipelines.shared.parts import load_part, model_path
from pipelines.shared.prepare import apply_transforms, load_transforms, split
from pipelines.shared.tasks import task_of

Metrics = dict[str, Any]


def summarize(per_seed: list[Metrics]) -> Metrics:
    """Return the mean of each metric, and with several seeds its deviation and the single values.

    The deviation is that of a sample (divided by n - 1).
    """
    if len(per_seed) == 1:
        return per_seed[0]
    summary: Metrics = {}
    for key in per_seed[0]:
        values = np.array([metrics[key] for metrics in per_seed], np.float64)
        summary[key] = values.mean(axis=0).tolist()
        summary[f"{key}_std"] = values.std(axis=0, ddof=1).tolist()
        if values.ndim == 1:
            summary[f"{key}_per_seed"] = values.tolist()
    return summary


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "evaluate", "recipe", "a recipe or a flagship")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"evaluate@{name}", quiet=args.quiet) as console:
        train, test = (load_part(recipe.dataset, kind) for kind in ("train", "test"))
        task = task_of(recipe, test.labels)
        per_seed: list[Metrics] = []
        hashes: list[str] = []
        for seed in recipe.all_seeds:
            model = model_path(name, recipe, seed)
            network = np_layers.load(model)
            transforms = load_transforms(model.with_suffix(".json"))
            hashes.append(hashlib.sha256(model.read_bytes()).hexdigest())
            console.read(model, f"SHA-256 {hashes[-1]}")
            used = {"train": split(recipe, train, seed)[0], "test": test}
            probabilities = {
                kind: task.probabilities(network.predict(apply_transforms(transforms, part).inputs))
                for kind, part in used.items()
            }
            found: Metrics = {
                f"{kind}_{key}": value
                for kind, part in used.items()
                for key, value in task.measure(probabilities[kind], part.labels).items()
            }
            if task.classifies:
                answers = probabilities["test"].argmax(axis=1)
                interval = np_metrics.bootstrap_interval(
                    np_metrics.accuracy, test.labels, answers, seed=0
                )
                found["test_accuracy_interval"] = [float(end) for end in interval]
            if not per_seed:
                path = ROOT / "data" / "predictions" / f"{name}.npy"
                write_array(path, probabilities["test"])
                console.wrote(path)
            per_seed.append(found)
        metrics = summarize(per_seed)
        metrics["parameters"] = sum(array.size for array in network.parameters().values())
        metrics["weights_sha256"] = hashes[0]
        if len(hashes) > 1:
            metrics["weights_sha256_per_seed"] = hashes
        path = ROOT / "reports" / name / "metrics.json"
        write_json(path, metrics)
        console.wrote(path)
        for key in ("test_accuracy", "test_f1", "test_mse"):
            if key in metrics:
                console.say(f"{key} {metrics[key]:.4f}")


if __name__ == "__main__":
    run(main)
