"""Read the results of a recipe, and compare them with the published numbers."""

from typing import Any, Literal

import numpy as np

from pipelines.io.files import read_json
from pipelines.io.places import results_folder
from pipelines.io.tables import read_rows
from pipelines.recipes.publications import Entry
from pipelines.recipes.schema import ConfigError, Recipe

Metrics = dict[str, float]
Outcome = Literal["holds", "near", "far", "fails", "corrected", "unprinted"]

HOLDS = 0.005  # a number within this distance of the published one holds
NEAR = 0.02  # within this distance it is near, beyond it far


def read_metrics(recipe: Recipe) -> Metrics:
    """Return the means of all metrics over the seeds, and with several seeds ``METRIC_std``."""
    folder = results_folder(recipe)
    if not (folder / "metrics.json").exists():
        raise ConfigError(
            f"reports/{recipe.section}/{recipe.name} has no metrics.json; "
            f"the stage evaluate@{recipe.name} writes it"
        )
    rows = read_rows(folder / "seeds.csv")
    metrics: Metrics = dict(read_json(folder / "metrics.json"))
    for key in rows[0].keys() - {"seed", "model_sha256"}:
        values = np.array([float(row[key]) for row in rows])
        metrics[key] = float(values.mean())
        if len(rows) > 1:
            metrics[f"{key}_std"] = float(values.std(ddof=1))
    return metrics


def outcome_of(difference: float) -> Outcome:
    """Return how far our number is from the published one."""
    size = abs(difference)
    return "holds" if size <= HOLDS else "near" if size <= NEAR else "far"


def comparisons(entry: Entry, metrics: Metrics) -> list[dict[str, Any]]:
    """Return a row for each published number of a recipe, with ours beside it."""
    if unknown := entry.published.keys() - metrics.keys():
        raise ConfigError(
            f"publications.yaml: published must be among {sorted(metrics)}, got {sorted(unknown)}"
        )
    return [
        {
            "key": key,
            "published": published,
            "ours": metrics[key],
            "deviation": metrics.get(f"{key}_std"),
            "difference": metrics[key] - published,
            "outcome": outcome_of(metrics[key] - published),
        }
        for key, published in entry.published.items()
    ]


def learns_nothing(metrics: Metrics, classes: int) -> bool:
    """Return whether the test accuracy cannot be told from guessing among the classes."""
    low, high = metrics.get("test_accuracy_low", 1.0), metrics.get("test_accuracy_high", 1.0)
    return classes > 1 and low <= 1 / classes <= high


def outcome(
    metrics: Metrics, rows: list[dict[str, Any]], classes: int, *, corrects: bool = False
) -> Outcome:
    """Return the outcome of a recipe: the outcome of the published number that differs most.

    ``corrects`` says that the recipe is the correction of another one.
    """
    if learns_nothing(metrics, classes):
        return "fails"
    if not rows:
        return "corrected" if corrects else "unprinted"
    worst: Outcome = max(rows, key=lambda row: abs(row["difference"]))["outcome"]
    return worst
