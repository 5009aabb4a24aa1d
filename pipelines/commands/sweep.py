"""Train one recipe with every combination of some settings, in several processes.

    python -m pipelines.commands.sweep s4_corrected --set lr=0.1,0.01 --set val_rows=10000

By default Dask starts a worker for every core of this machine; `--scheduler tcp://…` uses a running
cluster, whose workers were started in a checkout of this repository. Every training has one BLAS
thread and gives the bits that it gives alone. A finished run is in the table at once, so a sweep
that was stopped continues with what is missing, and a run whose worker died is done again. Rows of
earlier sweeps stay below; an empty cell stands for the recipe's own value at that time. Settings
are compared on validation rows; the test rows are left for `evaluate`.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import np_viz
from pipelines.data.samples import load_samples
from pipelines.io.console import Console, parser_for, run
from pipelines.io.places import REPORTS, processed_folder
from pipelines.io.tables import read_rows, write_table
from pipelines.recipes.params import check, load_params, read_params
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training.checkpoint import Checkpoint, fingerprint
from pipelines.training.loop import Training

Settings = dict[str, Any]
Row = dict[str, Any]
Runs = dict[str, tuple[Settings, Recipe, int]]  # settings, the changed recipe, seed
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
    """Return all runs, by a key that changes with everything that changes their result."""
    runs, content = {}, read_params()
    for combination in itertools.product(*values.values()):
        settings = dict(zip(values, combination, strict=True))
        changed = changed_recipe(recipe, content, settings)
        data = fingerprint(changed, processed_folder(changed.dataset, "train"))
        cells = {path: "null" if value is None else value for path, value in settings.items()}
        first = changed.all_seeds[0]
        for seed in range(first, first + seeds):
            key = hashlib.sha256(f"{data} {seed}".encode()).hexdigest()[:16]
            runs[key] = (cells, changed, seed)
    return runs


def train_once(recipe: Recipe, seed: int, key: str) -> Row:
    """Train a recipe with one seed and return its last measurement.

    A worker runs this.
    """
    console = Console("sweep", quiet=True)
    training = Training(recipe, seed, load_samples(recipe.dataset, "train"))
    checkpoint = Checkpoint(f"sweep.{key}", key, console.say)
    try:
        training.run(checkpoint, console)
        checkpoint.discard()
    finally:
        checkpoint.release()  # the worker lives on after an error
    last = training.history[-1]
    measured = {column: last[column] for column in MEASURED if column in last}
    return {"key": key, "seed": seed, **measured}


def finished_rows(address: str | None, runs: Runs, say: Callable[[str], None]) -> Iterator[Row]:
    """Yield the row of each run when it is finished, wherever it ran."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise ConfigError("a sweep needs Dask: pip install distributed") from error
    local = {"threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with Client(address) if address else Client(**local) as client:
        futures = {
            client.submit(train_once, recipe, seed, key, key=key): key
            for key, (_, recipe, seed) in runs.items()
        }
        try:
            for future in as_completed(futures):
                settings = runs[futures[future]][0]
                if future.exception() is not None:
                    say(f"failed with {settings}: {future.exception()}")
                else:
                    yield settings | future.result()
        finally:
            client.cancel(list(futures))


def merged(rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Return the rows of a sweep, then those of earlier ones, with the columns of all."""
    columns = dict.fromkeys(name for row in [*rows, *earlier] for name in row)
    return [{column: row.get(column) for column in columns} for row in [*rows, *earlier]]


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
        earlier = {row["key"]: row for row in (read_rows(table) if table.exists() else [])}
        rows: dict[str, Row] = {
            key: runs[key][0] | earlier.pop(key) for key in runs if key in earlier
        }

        def in_order() -> list[Row]:
            return [rows[key] for key in runs if key in rows]

        console.say(f"{len(runs)} runs, {len(rows)} of them done before")
        if rows:  # the table may lack settings that an earlier sweep did not name
            write_table(table, merged(in_order(), [*earlier.values()]))
        missing = {key: run for key, run in runs.items() if key not in rows}
        for row in finished_rows(args.scheduler, missing, console.say) if missing else ():
            rows[row["key"]] = row
            write_table(table, merged(in_order(), [*earlier.values()]))
            shown = ", ".join(f"{name} {row[name]}" for name in (*values, "seed", "val_loss"))
            console.say(f"{len(rows)} of {len(runs)}: {shown}")
        if rows:
            console.wrote(table)
        compared = [path for path, several in values.items() if len(several) > 1]
        if rows and compared:
            draw(table.with_suffix(".png"), compared, in_order())
            console.wrote(table.with_suffix(".png"))
        if len(rows) < len(runs):
            raise ConfigError(f"{len(runs) - len(rows)} runs failed, see above")


if __name__ == "__main__":
    run(main)
