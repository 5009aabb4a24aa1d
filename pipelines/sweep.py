"""Train one recipe with every combination of some settings, on a cluster of processes.

    python -m pipelines.sweep s4_corrected --set lr=0.1,0.01 --set val_rows=10000

By default Dask starts a worker for every core of this machine; `--scheduler tcp://…` uses a running
cluster, whose workers were started in a checkout of this repository. Every training computes with
one BLAS thread and gives the bits that it gives alone. What is finished is in the table at once: a
sweep that was stopped goes on with what is missing, and a run whose worker died is done again. What
earlier sweeps of the recipe found with other settings stays, below; an empty cell stands for the
recipe's own value at that time. The settings are compared on validation rows; the test rows are
left for `evaluate`.
"""

from __future__ import annotations

import argparse
import copy
import csv
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
from pipelines.shared._env import ROOT, arithmetic
from pipelines.shared.config import check, read_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.files import write_table
from pipelines.shared.parts import load_part, processed
from pipelines.shared.recipe import ConfigError, Recipe
from pipelines.train import train
from pipelines.training.checkpoint import Checkpoint, fingerprint

Settings = dict[str, Any]
Row = dict[str, Any]
Runs = dict[str, tuple[Settings, Recipe, int]]  # settings, what they make of the recipe, seed
MEASURED = ("epoch", "step", "train_loss", "val_loss", "val_accuracy", "val_f1")
COLUMNS = ("key", "seed", "arithmetic", *MEASURED)  # of every table, after the settings


def setting(text: str) -> tuple[str, list[Any]]:
    """Read `lr=0.1,0.01` as a path into a recipe and the values that it takes in turn."""
    path, equals, values = text.partition("=")
    if not (path and equals and values):
        raise argparse.ArgumentTypeError(f"must be KEY=VALUE[,VALUE…], got {text!r}")
    try:
        return path, YAML(typ="safe").load(f"[{values}]")
    except YAMLError as error:
        raise argparse.ArgumentTypeError(f"{values!r} is no value of YAML") from error


def changed(name: str, content: Any, settings: Settings) -> Recipe:
    """Return the recipe called `name` of the content of the files, with settings put in."""
    content = copy.deepcopy(content)
    check(content).recipe(name)
    section = "recipes" if name in content["recipes"] else "flagships"
    for path, value in settings.items():
        *parents, last = path.split(".")
        place: Any = content[section][name]
        try:
            for key in parents:
                place = place[int(key) if isinstance(place, list) else key]
            place[int(last) if isinstance(place, list) else last] = value
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"--set {path}: {section}.{name} has no such key") from error
    recipe = check(content).recipe(name)
    if not (recipe.val_rows or recipe.val_fraction):
        raise recipe.wrong(
            "val_rows",
            "the recipe has no validation rows to compare settings on; add --set val_fraction=0.1",
        )
    return recipe


def one_run(name: str, recipe: Recipe, seed: int, key: str) -> Row:
    """Train a recipe with one seed; return its last measurement.

    This is what a worker does. It stands in a module of the pipeline, so that importing it fixes
    the arithmetic of the worker's process.
    """
    console = Console(f"sweep@{name}", quiet=True)
    part = load_part(recipe.dataset, "train")
    checkpoint = Checkpoint(f"sweep.{key}", key, console.say)
    try:
        _, _, training = train(recipe, seed, part, checkpoint, console)
        checkpoint.discard()
    finally:
        checkpoint.release()  # an error that is kept would keep it locked
    last = training.history[-1]
    return {"key": key, "seed": seed, "arithmetic": arithmetic()} | {
        column: last[column] for column in MEASURED if column in last
    }


def read_rows(path: Path) -> list[Row]:
    """Read the rows of earlier sweeps; there are none before the first."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {column: cell for column, cell in row.items() if cell} for row in csv.DictReader(file)
        ]


def said(row: Row) -> set[tuple[str, str]]:
    """Return a row's settings and seed, of a run or of the table."""
    return {(name, str(row[name])) for name in row if name == "seed" or name not in COLUMNS}


def merged(rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Return the rows of a sweep and those of earlier ones that it did not repeat, as one table."""
    repeated = [said(row) for row in rows]
    every = [*rows, *(row for row in earlier if said(row) not in repeated)]
    names = dict.fromkeys(name for row in every for name in row)
    columns = [name for name in names if name not in COLUMNS]
    columns += [name for name in COLUMNS if name in names]
    return [{column: row.get(column) for column in columns} for row in every]


@contextmanager
def cluster(address: str | None) -> Iterator[Any]:
    """Yield a client of the cluster at `address`, or of one made for this sweep."""
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


def plan(name: str, content: Any, values: dict[str, list[Any]], seeds: int) -> Runs:
    """Return all runs by a key that changes with whatever changes their result."""
    runs = {}
    for combination in itertools.product(*values.values()):
        settings = dict(zip(values, combination, strict=True))
        recipe = changed(name, content, settings)
        data = fingerprint(recipe, processed(recipe.dataset, "train"))
        cells = {path: "null" if value is None else value for path, value in settings.items()}
        for seed in range(recipe.all_seeds[0], recipe.all_seeds[0] + seeds):
            key = hashlib.sha256(f"{data} {seed}".encode()).hexdigest()[:16]
            runs[key] = (cells, recipe, seed)
    return runs


def finished(
    client: Any,
    name: str,
    runs: Runs,
    say: Callable[[str], None],
) -> Iterator[Row]:
    """Yield the row of each run as it is finished, wherever it ran."""
    from distributed import as_completed

    futures = {
        client.submit(one_run, name, recipe, seed, key, key=key): key
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
    """Draw the table: the last setting goes to the right, the others down, seeds are averaged."""
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
    parser = parser_for(__doc__, "sweep")
    parser.add_argument("recipe", help="a recipe or a flagship")
    parser.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="KEY=V[,V…]",
        help="a key of the recipe (layers.1.Dense.units, say) and its values; repeatable",
    )
    parser.add_argument("--seeds", type=int, default=1, help="runs of each combination")
    parser.add_argument("--scheduler", help="address of a running Dask cluster")
    args = parser.parse_args()
    paths = [path for path, _ in args.set]
    if twice := [path for path in paths if paths.count(path) > 1]:
        parser.error(f"--set {twice[0]} is given twice; its values go into one list")
    if args.seeds < 1:
        parser.error(f"--seeds: must be at least 1, got {args.seeds}")
    table = ROOT / "reports" / "sweeps" / args.recipe / "results.csv"
    with Console(f"sweep@{args.recipe}", quiet=args.quiet) as console:
        runs = plan(args.recipe, read_params(), dict(args.set), args.seeds)
        earlier = {row["key"]: row for row in read_rows(table)}
        rows = {key: earlier.pop(key) | runs[key][0] for key in runs if key in earlier}
        console.say(f"{len(runs)} runs, of which {len(rows)} are done")
        missing = {key: run for key, run in runs.items() if key not in rows}
        if missing:
            with cluster(args.scheduler) as client:
                for row in finished(client, args.recipe, missing, console.say):
                    rows[row["key"]] = row
                    rows = {key: rows[key] for key in runs if key in rows}
                    write_table(table, merged([*rows.values()], [*earlier.values()]))
                    console.say(f"{len(rows)} of {len(runs)}: {described(row)}")
        else:  # the table may lack settings that an earlier sweep did not name
            write_table(table, merged([*rows.values()], [*earlier.values()]))
        if rows:
            console.wrote(table)
        compared = [path for path, values in args.set if len(values) > 1]
        if rows and compared:
            draw(table.with_suffix(".png"), compared, list(rows.values()))
            console.wrote(table.with_suffix(".png"))
        if len(rows) < len(runs):
            raise ConfigError(f"{len(runs) - len(rows)} runs failed, see above")


if __name__ == "__main__":
    run(main)
