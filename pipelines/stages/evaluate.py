"""Measure one trained recipe on the test rows, which no earlier stage uses.

The rows that it was trained on are measured as well, without those that were held out. seeds.csv
has every metric of every seed, the F1 of every class, and the SHA-256 of every model file;
metrics.json has the means of a few of them.

The interval of the test accuracy comes from resampling the test rows. It shows how far another test
set of this size could move the accuracy, and not how far another training could.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_layers
import np_metrics
from pipelines.data.samples import Samples, load_samples
from pipelines.data.split import split
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.io.console import Console, run, stage_arguments
from pipelines.io.files import file_hash, write_array, write_json
from pipelines.io.places import model_path, predictions_path, results_folder
from pipelines.io.tables import rounded, write_table
from pipelines.recipes.params import load_params
from pipelines.recipes.plugins import import_plugins
from pipelines.training.tasks import Task, task_of

Metrics = dict[str, Any]
SUMMARY = (
    "test_accuracy",
    "test_accuracy_low",
    "test_accuracy_high",
    "test_f1",
    "test_log_loss",
    "test_max_error",
    "test_mse",
    "train_accuracy",
)


def measure(task: Task, kind: str, samples: Samples, probabilities: NDArray[Any]) -> Metrics:
    """Return the metrics of ``kind`` rows, ``train`` or ``test``, as ``KIND_METRIC``."""
    metrics: Metrics = dict(task.measure(probabilities, samples.labels))
    if task.classifies:
        predicted, classes = probabilities.argmax(axis=1), list(range(probabilities.shape[1]))
        scores = np_metrics.f1(
            samples.labels, predicted, labels=classes, average=None, zero_division=0
        )
        metrics |= {f"f1:{index}": float(f1) for index, f1 in enumerate(np.asarray(scores))}
        if kind == "test":
            low, high = np_metrics.bootstrap_interval(
                np_metrics.accuracy, samples.labels, predicted, seed=0
            )
            metrics |= {"accuracy_low": float(low), "accuracy_high": float(high)}
    return {f"{kind}_{key}": value for key, value in metrics.items()}


def summarize(seeds: list[Metrics]) -> dict[str, float]:
    """Return the means of the metrics in ``SUMMARY``, and the deviation of the test accuracy.

    The deviation is that of a sample (divided by n - 1); one seed has none.
    """
    columns = {key: np.array([row[key] for row in seeds]) for key in SUMMARY if key in seeds[0]}
    summary = {key: float(values.mean()) for key, values in columns.items()}
    if len(seeds) > 1 and "test_accuracy" in columns:
        summary["test_accuracy_std"] = float(columns["test_accuracy"].std(ddof=1))
    return summary


def main() -> None:
    """Run the stage from the command line."""
    params = load_params()
    args = stage_arguments(__doc__, "evaluate", params.all_recipes)
    recipe = params.recipe(args.name)
    import_plugins(recipe)
    with Console(f"evaluate@{recipe.name}", quiet=args.quiet) as console:
        train, test = (load_samples(recipe.dataset, kind) for kind in ("train", "test"))
        task = task_of(recipe, test.labels)
        seeds: list[Metrics] = []
        for seed in recipe.all_seeds:
            model = model_path(recipe, seed)
            network = np_layers.load(model)
            transforms = load_transforms(model.with_suffix(".json"))
            row: Metrics = {"seed": seed, "model_sha256": file_hash(model)}
            console.read(model, f"SHA-256 {row['model_sha256']}")
            used = {"train": split(recipe, train, seed)[0], "test": test}
            for kind, samples in used.items():
                outputs = network.predict(apply_transforms(transforms, samples).inputs)
                probabilities = task.probabilities(outputs)
                row |= measure(task, kind, samples, probabilities)
                if kind == "test" and not seeds:
                    write_array(predictions_path(recipe), probabilities)
                    console.wrote(predictions_path(recipe))
            seeds.append(row)
        metrics = summarize(seeds)
        metrics["parameters"] = sum(array.size for array in network.parameters().values())
        folder = results_folder(recipe)
        write_table(folder / "seeds.csv", seeds)
        write_json(folder / "metrics.json", {key: rounded(x) for key, x in metrics.items()})
        console.wrote(folder / "metrics.json")
        for key in ("test_accuracy", "test_f1", "test_mse"):
            if key in metrics:
                console.say(f"{key} {metrics[key]:.4f}")


if __name__ == "__main__":
    run(main)
