"""Train one recipe with every combination of some settings, in several processes.

    python -m pipelines.commands.sweep s4_corrected --set lr=0.1,0.01 --set val_rows=10000

The processes and the table of finished runs are those of pipelines/commands/runs.py;
`--scheduler tcp://…` uses a running Dask cluster. Rows of earlier sweeps stay below. An empty cell
stands for the recipe's own value at that time. Settings are compared on validation rows; the test
rows are left for `evaluate`.
"""

import argparse
import copy
import itertools
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import np_viz
from pipelines.commands.runs import Row, Run, Runs, check_complete, run_key, train_missing
from pipelines.io.console import Console, parser_for, run
from pipelines.io.places import REPORTS
from pipelines.recipes.params import check, load_params, read_params
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training.loop import Training

Settings = dict[str, Any]
MEASURED = ("epoch", "step", "train_loss", "val_loss", "val_accuracy", "val_f1")


def setting(text: str) -> tuple[str, list[Any]]:
    """Read ``lr=0.1,0.01`` as a path into a recipe and its values."""
    path, equals, values = text.partition("=")
    if not (path and equals and values):
        raise argparse.ArgumentTypeError(f"must be KEY=VALUE[,VALUE…], got {text!r}")
    try:
        return path, YAML(typ="safe", pure=True).load(f"[{values}]")
    except YAMLError as error:
        raise argparse.ArgumentTypeError(f"must be values of YAML, got {values!r}") from error


def changed_recipe(recipe: Recipe, content: Any, settings: Settings) -> Recipe:
    """Return a recipe of the files' content with settings put in."""
    content = copy.deepcopy(content)
    for path, value in settings.items():
        *parents, last = path.split(".")
        place: Any = content[recipe.section][recipe.name]
        try:
            for key in parents:
                place = place[int(key) if isinstance(place, list) else key]
            place[int(last) if isinstance(place, list) else last] = value
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"--set {path}: {recipe.section}.{recipe.name} has no such key"
            ) from error
    changed = check(content).recipe(recipe.name)
    if not changed.validates:
        raise changed.error(
            "val_rows",
            "the recipe has no validation rows to compare settings on; add --set val_fraction=0.1",
        )
    return changed


def plan(recipe: Recipe, values: dict[str, list[Any]], seeds: int) -> Runs:
    """Return the runs of all combinations."""
    runs, content = {}, read_params()
    for combination in itertools.product(*values.values()):
        settings = dict(zip(values, combination, strict=True))
        changed = changed_recipe(recipe, content, settings)
        cells = {path: "null" if value is None else value for path, value in settings.items()}
        first = changed.all_seeds[0]
        for seed in range(first, first + seeds):
            runs[run_key(changed, seed)] = Run(changed, seed, last_measurement, cells)
    return runs


def last_measurement(training: Training) -> Row:
    """Return what was measured last in a training."""
    last = training.history[-1]
    return {column: last[column] for column in MEASURED if column in last}


def draw(path: Path, names: list[str], rows: list[Row]) -> None:
    """Draw the table: the last setting to the right, the others down, means over the seeds."""
    measure = "val_accuracy" if "val_accuracy" in rows[0] else "val_loss"
    cells: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        place = " · ".join(str(row[name]) for name in names[:-1]), str(row[names[-1]])
        cells.setdefault(place, []).append(float(row[measure]))
    down = list(dict.fromkeys(place[0] for place in cells))
    right = list(dict.fromkeys(place[1] for place in cells))
    values = np.full((len(down), len(right)), np.nan)
    for (first, last), found in cells.items():
        values[down.index(first), right.index(last)] = np.mean(found)
    figure = np_viz.sweep_table(
        values,
        down,
        right,
        row_label=" · ".join(names[:-1]),
        column_label=names[-1],
        best="max" if measure == "val_accuracy" else "min",
        title=f"{path.parent.name}: {measure.replace('_', ' ')}",
    )
    np_viz.save_figure(figure, path)


def main() -> None:
    """Run the command line."""
    params = load_params()
    parser = parser_for(__doc__, "commands.sweep", names=params.all_recipes)
    parser.add_argument("recipe", help="a recipe or a flagship")
    parser.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="KEY=V[,V…]",
        help="a key of the recipe (such as layers.1.Dense.units) and its values; repeatable",
    )
    parser.add_argument("--seeds", type=int, default=1, help="runs of each combination")
    parser.add_argument("--scheduler", help="address of a running Dask cluster")
    args = parser.parse_args()
    values = dict(args.set)
    if len(values) < len(args.set):
        parser.error("a key is given twice; put its values into one list")
    recipe = params.recipe(args.recipe)
    table = REPORTS / "sweeps" / recipe.name / "results.csv"
    with Console(f"sweep@{recipe.name}", quiet=args.quiet) as console:
        runs = plan(recipe, values, args.seeds)
        rows = train_missing(table, runs, args.scheduler, console)
        compared = [path for path, several in values.items() if len(several) > 1]
        if rows and compared:
            draw(table.with_suffix(".png"), compared, rows)
            console.wrote(table.with_suffix(".png"))
        check_complete(rows, runs)


if __name__ == "__main__":
    run(main)
