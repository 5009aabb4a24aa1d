"""Train one recipe with every combination of some settings, in several processes.

    python -m pipelines.commands.sweep s4_corrected --set lr=0.1,0.01 --set val_rows=10000

By default Dask starts a worker for every core of this machine; `--scheduler tcp://…` uses a running
cluster, whose workers were started in a checkout of this repository. Every training has one BLAS
thread and gives the bits that it gives alone. A finished run is in the table at once, so a sweep
that was stopped continues with what is missing, and a run whose worker died is done again. Rows of
earlier sweeps with other settings stay below; an empty cell stands for the recipe's own value at
that time. Settings are compared on validation rows; the test rows are left for `evaluate`.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import np_viz
from pipelines.data.samples import load_samples
from pipelines.environment import arithmetic
from pipelines.io.console import Console, parser_for, run
from pipelines.io.places import REPORTS, processed_folder
from pipelines.io.tables import read_rows, write_table
from pipelines.recipes.params import check, load_params, read_params
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training.checkpoint import Checkpoint, fingerprint
from pipelines.training.train import train

Settings = dict[str, Any]
Row = dict[str, Any]
Runs = dict[str, tuple[Settings, Recipe, int]]  # settings, the changed recipe, seed
MEASURED = ("epoch", "step", "train_loss", "val_loss", "val_accuracy", "val_f1")
COLUMNS = ("key", "seed", "arithmetic", *MEASURED)  # of every table, after the settings


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

    A worker runs this. It stands in a module of the pipeline, so that importing it fixes the
    arithmetic of the worker's process.
    """
    console = Console("sweep", quiet=True)
    samples = load_samples(recipe.dataset, "train")
    checkpoint = Checkpoint(f"sweep.{key}", key, console.say)
    try:
        _, _, training = train(recipe, seed, samples, checkpoint, console)
        checkpoint.discard()
    finally:
        checkpoint.release()  # an error that is kept would keep it locked
    last = training.history[-1]
    return {"key": key, "seed": seed, "arithmetic": arithmetic()} | {
        column: last[column] for column in MEASURED if column in last
    }


@contextmanager
def cluster(address: str | None) -> Iterator[Any]:
    """Yield a client of the cluster at ``address``, or of one made for this sweep."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ConfigError("a sweep needs Dask: pip install distributed") from error
    if address is not None:
        with Client(address) as client:
            yield client
        return
    with (
        LocalCluster(threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local,
        Client(local) as client,
    ):
        yield client


def finished_rows(client: Any, runs: Runs, say: Callable[[str], None]) -> Iterator[Row]:
    """Yield the row of each run when it is finished, wherever it ran."""
    from distributed import as_completed

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


def settings_of(row: Row) -> set[tuple[str, str]]:
    """Return the settings and the seed of a row, of a run or of the table."""
    return {(name, str(row[name])) for name in row if name == "seed" or name not in COLUMNS}


def merged(rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Return the rows of a sweep, then those of earlier ones that it did not repeat."""
    repeated = [settings_of(row) for row in rows]
    every = [*rows, *(row for row in earlier if settings_of(row) not in repeated)]
    names = dict.fromkeys(name for row in every for name in row)
    columns = [name for name in names if name not in COLUMNS]
    columns += [name for name in COLUMNS if name in names]
    return [{column: row.get(column) for column in columns} for row in every]


def described(row: Row) -> str:
    """Return a row's settings and its validation measurements in one line."""
    left_out = {"key", "arithmetic", "epoch", "step", "train_loss"}
    return ", ".join(
        f"{key} {value:.4f}"
        if key.startswith("val_") and isinstance(value, float)
        else f"{key} {value}"
        for key, value in row.items()
        if key not in left_out
    )


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
    paths = [path for path, _ in args.set]
    if twice := [path for path in paths if paths.count(path) > 1]:
        parser.error(f"--set {twice[0]} is given twice; put its values into one list")
    if args.seeds < 1:
        parser.error(f"--seeds must be at least 1, got {args.seeds}")
    recipe = params.recipe(args.recipe)
    table = REPORTS / "sweeps" / recipe.name / "results.csv"
    with Console(f"sweep@{recipe.name}", quiet=args.quiet) as console:
        runs = plan(recipe, dict(args.set), args.seeds)
        earlier = {row["key"]: row for row in (read_rows(table) if table.exists() else [])}
        rows = {key: earlier.pop(key) | runs[key][0] for key in runs if key in earlier}

        def write() -> None:
            in_order = [rows[key] for key in runs if key in rows]
            if in_order:
                write_table(table, merged(in_order, [*earlier.values()]))

        console.say(f"{len(runs)} runs, {len(rows)} of them done before")
        write()  # the table may lack settings that an earlier sweep did not name
        missing = {key: run for key, run in runs.items() if key not in rows}
        if missing:
            with cluster(args.scheduler) as client:
                for row in finished_rows(client, missing, console.say):
                    rows[row["key"]] = row
                    write()
                    console.say(f"{len(rows)} of {len(runs)}: {described(row)}")
        if rows:
            console.wrote(table)
        compared = [path for path, values in args.set if len(values) > 1]
        if rows and compared:
            draw(table.with_suffix(".png"), compared, [rows[key] for key in runs if key in rows])
            console.wrote(table.with_suffix(".png"))
        if len(rows) < len(runs):
            raise ConfigError(f"{len(runs) - len(rows)} runs failed, see above")


if __name__ == "__main__":
    run(main)
