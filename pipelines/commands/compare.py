"""Compare recipes fairly: train each with the same seeds, and tell a difference from chance.

    python -m pipelines.commands.compare s2_optimizer_adam s2_optimizer_sgd --seeds 5

A seed decides the split, the initial weights and the batches. Recipes with the same seed share this
randomness, so their results are subtracted seed by seed (paired). The interval around the mean
difference is that of Student's t. The rows are those held out for validation; --test takes the test
rows, which should be used once, at the end. With more than two recipes, each is compared with the
first.

Every finished run is kept in reports/comparisons/runs.csv and not trained again. dvc.lock does not
change. `--scheduler tcp://…` uses a running Dask cluster.
"""

import argparse
import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import np_viz
from pipelines.commands.runs import Row, Run, Runs, check_complete, run_key, train_missing
from pipelines.data.samples import load_samples
from pipelines.data.transforms import apply_transforms
from pipelines.io.console import Console, parser_for, run
from pipelines.io.places import REPORTS
from pipelines.io.tables import write_table
from pipelines.recipes.params import load_params
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training.loop import Training

FOLDER = REPORTS / "comparisons"
BETTER = {"accuracy": "higher", "mse": "lower"}  # which value is better
# Student's t at 1, 2, … degrees of freedom: 95 % of the distribution lies between -t and t.
T_95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
)


class Difference(NamedTuple):
    """The mean of the paired differences, and the ends of its interval."""

    mean: float
    low: float
    high: float


def check_fair(recipes: Sequence[Recipe], *, test: bool) -> None:
    """Raise ConfigError unless the recipes share their data and the rows that are held out."""
    first, *others = recipes
    keys = ["dataset", "val_rows", "val_fraction", *(["train_rows"] if first.val_rows else [])]
    for other in others:
        for key in keys:
            values = getattr(first, key), getattr(other, key)
            if values[0] != values[1]:
                raise other.error(
                    key,
                    f"must be {values[0]} as in {first.name}, got {values[1]}; recipes that are "
                    "measured on different rows cannot be compared",
                )
    if not (test or first.validates):
        raise first.error(
            "val_fraction",
            "the recipe has no validation rows to compare on; add val_fraction, or give --test",
        )


def plan(recipes: Sequence[Recipe], seeds: int, *, test: bool) -> Runs:
    """Return the runs of all recipes: the same seeds for each, from the first one's first."""
    first = recipes[0].all_seeds[0]
    rows, measured = "test" if test else "validation", partial(measure, test=test)
    return {
        run_key(recipe, seed, recipe.name, rows): Run(
            recipe, seed, measured, {"recipe": recipe.name, "rows": rows}
        )
        for seed in range(first, first + seeds)
        for recipe in recipes
    }


def measure(training: Training, *, test: bool) -> Row:
    """Measure the chosen weights of a training on its validation rows or on the test rows."""
    samples, task = training.val, training.task
    if test or samples is None:  # without --test there are validation rows, see check_fair
        samples = load_samples(training.recipe.dataset, "test")
        samples = apply_transforms(training.transforms, samples)
    probabilities = task.probabilities(training.network.predict(samples.inputs))
    metrics = task.measure(probabilities, samples.labels)
    return {name: metrics[name] for name in BETTER if name in metrics}


def paired_difference(values: NDArray[Any], base: NDArray[Any]) -> Difference:
    """Return the mean of ``values - base`` and its 95 % interval by Student's t.

    Parameters
    ----------
    values, base : ndarray of shape (seeds,)
        Results of two recipes with the same seeds.

    References
    ----------
    Student, "The probable error of a mean", Biometrika, 1908.

    Examples
    --------
    >>> paired_difference(np.array([3.0, 5.0]), np.array([2.0, 2.0]))
    Difference(mean=2.0, low=-10.706, high=14.706)
    """
    differences = values - base
    n = len(differences)
    mean, half = differences.mean(), T_95[n - 2] * differences.std(ddof=1) / math.sqrt(n)
    return Difference(float(mean), float(mean - half), float(mean + half))


def finding(first: str, other: str, difference: Difference, metric: str, seeds: int) -> str:
    """Return in a plain sentence what a comparison shows."""
    mean, low, high = difference
    interval = f"95 % interval {low:+.4f} to {high:+.4f}"
    if low <= 0 <= high:
        return (
            f"{other} and {first}: {seeds} seeds show no clear difference "
            f"({mean:+.4f} {metric}, {interval}, which includes 0)."
        )
    better = (mean > 0) == (BETTER[metric] == "higher")
    return (
        f"{other} is {'better' if better else 'worse'} than {first}: "
        f"{mean:+.4f} {metric} on average over {seeds} seeds ({interval})."
    )


def text_table(names: Sequence[str], seeds: Sequence[int], values: NDArray[Any]) -> str:
    """Return the results as lines of text: a row for each seed, then the means."""
    width = max(10, *map(len, names))
    head = "seed".ljust(6) + "".join(f"  {name:>{width}}" for name in names)
    rows = [*zip(map(str, seeds), values, strict=True), ("mean", values.mean(axis=0))]
    return "\n".join(
        [head, *(f"{seed:6}" + "".join(f"  {x:{width}.4f}" for x in row) for seed, row in rows)]
    )


def draw(
    names: Sequence[str],
    seeds: Sequence[int],
    values: NDArray[Any],
    differences: Sequence[Difference],
    title: str,
) -> Figure:
    """Draw the result of every seed, and the differences from the first recipe."""
    figure = Figure(figsize=(4.8 + 1.6 * len(names), 4.0), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[len(names), max(1.2, len(names) - 1)])
    for seed, row in zip(seeds, values, strict=True):
        left.plot(range(len(names)), row, color="0.6", marker="o", label=f"seed {seed}")
    left.set(xticks=range(len(names)), xticklabels=names, xlim=(-0.4, len(names) - 0.6))
    left.set_title(f"{title},\none line for each seed", fontsize=10)
    for place, (mean, low, high) in enumerate(differences):
        right.errorbar(place, mean, [[mean - low], [high - mean]], fmt="o", color="C0", capsize=5)
    right.axhline(0, color="0.3", linewidth=1)
    right.set(xticks=range(len(differences)), xticklabels=names[1:])
    right.set(xlim=(-0.6, len(differences) - 0.4))
    right.set_title(f"difference from {names[0]},\n95 % interval", fontsize=10)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(axis="x", labelsize=8)
    return figure


def summary(
    names: Sequence[str], values: NDArray[Any], differences: Sequence[Difference]
) -> list[Row]:
    """Return a row for each recipe; the first one has no difference from itself."""
    return [
        {
            "recipe": name,
            "mean": float(column.mean()),
            "std": float(column.std(ddof=1)),
            "difference": found and found.mean,
            "low": found and found.low,
            "high": found and found.high,
        }
        for name, column, found in zip(names, values.T, [None, *differences], strict=True)
    ]


def seed_count(text: str) -> int:
    """Read the number of seeds."""
    most = len(T_95) + 1
    if not text.isdecimal() or not 2 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"must be from 2 to {most}, got {text}")
    return int(text)


def main() -> None:
    """Run the command line."""
    params = load_params()
    parser = parser_for(__doc__, "commands.compare", names=params.all_recipes)
    parser.add_argument("recipes", nargs="+", help="two recipes or more")
    parser.add_argument("--seeds", type=seed_count, default=5, help="how many (default: 5)")
    parser.add_argument("--test", action="store_true", help="measure on the test rows")
    parser.add_argument("--scheduler", help="address of a running Dask cluster")
    args = parser.parse_args()
    recipes = [params.recipe(name) for name in args.recipes]
    names = [recipe.name for recipe in recipes]
    if len(set(names)) < max(2, len(names)):
        raise ConfigError(f"a comparison needs two recipes or more, each once, got {names}")
    check_fair(recipes, test=args.test)
    with Console("compare", quiet=args.quiet) as console:
        runs = plan(recipes, args.seeds, test=args.test)
        rows = train_missing(FOLDER / "runs.csv", runs, args.scheduler, console)
        check_complete(rows, runs)
        metric = next(name for name in BETTER if name in rows[0])
        values = np.array([float(row[metric]) for row in rows]).reshape(args.seeds, len(names))
        seeds = [int(row["seed"]) for row in rows[:: len(names)]]
        differences = [paired_difference(column, values[:, 0]) for column in values.T[1:]]
        print(text_table(names, seeds, values))
        for name, difference in zip(names[1:], differences, strict=True):
            print(finding(names[0], name, difference, metric, len(seeds)))
        kind = "test" if args.test else "validation"
        table = FOLDER / f"{'-'.join(names)}-{kind}.csv"
        write_table(table, summary(names, values, differences))
        console.wrote(table)
        figure = draw(names, seeds, values, differences, f"{kind} {metric}")
        np_viz.save_figure(figure, table.with_suffix(".png"))
        console.wrote(table.with_suffix(".png"))


if __name__ == "__main__":
    run(main)
