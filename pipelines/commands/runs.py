"""Train recipes with many seeds in several processes, beside DVC, and keep the results in a table.

`sweep` and `compare` use this module. By default Dask starts a worker for every core of this
machine; another address is a running cluster, whose workers were started in a checkout of this
repository. Every training gives the same bits as when it runs alone. A finished run is in the table
at once, so a command that was stopped continues with what is missing. A run whose worker died is
done again.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.data.samples import load_samples
from pipelines.io.console import Console
from pipelines.io.places import processed_folder
from pipelines.io.tables import read_rows, rounded, write_table
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training.checkpoint import Checkpoint, fingerprint
from pipelines.training.loop import Training

Row = dict[str, Any]


class Run(NamedTuple):
    """One training: a recipe, a seed, what is measured after it, and its first cells in a table."""

    recipe: Recipe
    seed: int
    measure: Callable[[Training], Row]
    cells: Row


Runs = dict[str, Run]  # by their keys


def run_key(recipe: Recipe, seed: int, *words: str) -> str:
    """Return a key that changes with everything that changes the result of a run."""
    folder = processed_folder(recipe.dataset, "train")
    if not folder.exists():
        raise ConfigError(
            f"the data set {recipe.dataset} is missing; `dvc repro train@{recipe.name}` prepares it"
        )
    data = fingerprint(recipe, folder)
    return hashlib.sha256(" ".join([data, str(seed), *words]).encode()).hexdigest()[:16]


def train_missing(table: Path, runs: Runs, scheduler: str | None, console: Console) -> list[Row]:
    """Train the runs that are not in the table yet; return the rows of all, in their order.

    Rows of other runs stay below. A run that fails is reported, and has no row.
    """
    earlier = {row["key"]: row for row in (read_rows(table) if table.exists() else [])}
    rows: dict[str, Row] = {
        key: runs[key].cells | earlier.pop(key) for key in runs if key in earlier
    }

    def write() -> None:
        in_order = [rows[key] for key in runs if key in rows]
        write_table(table, merged(in_order, [*earlier.values()]))

    console.say(f"{len(runs)} runs, {len(rows)} of them done before")
    if rows:  # the table may lack columns that an earlier command did not name
        write()
    missing = {key: run for key, run in runs.items() if key not in rows}
    for row in finished_rows(scheduler, missing, console.say) if missing else ():
        rows[row["key"]] = row
        write()
        shown = ", ".join(f"{name} {value}" for name, value in row.items() if name != "key")
        console.say(f"{len(rows)} of {len(runs)}: {shown}")
    if rows:
        console.wrote(table)
    return [rows[key] for key in runs if key in rows]


def check_complete(rows: list[Row], runs: Runs) -> None:
    """Raise ConfigError if some runs have no row."""
    if len(rows) < len(runs):
        raise ConfigError(f"{len(runs) - len(rows)} runs failed, see above")


def merged(rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Return new rows, then earlier ones, with the columns of all."""
    columns = dict.fromkeys(name for row in [*rows, *earlier] for name in row)
    return [{column: row.get(column) for column in columns} for row in [*rows, *earlier]]


def train_once(run: Run, key: str) -> Row:
    """Train a recipe with one seed and measure it, in a worker."""
    console = Console("run", quiet=True)
    training = Training(run.recipe, run.seed, load_samples(run.recipe.dataset, "train"))
    checkpoint = Checkpoint(f"run.{key}", key, console.say)
    try:
        training.run(checkpoint, console)
        checkpoint.discard()
    finally:
        checkpoint.release()  # after an error the worker continues with other runs
    measured = {name: rounded(value) for name, value in run.measure(training).items()}
    return run.cells | {"key": key, "seed": run.seed} | measured  # equal to the row in the table


def finished_rows(address: str | None, runs: Runs, say: Callable[[str], None]) -> Iterator[Row]:
    """Yield the row of each run when it is finished, wherever it ran."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise ConfigError("several trainings need Dask: pip install distributed") from error
    local = {"threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with Client(address) if address else Client(**local) as client:
        futures = {
            client.submit(train_once, run, key, key=key): run.cells for key, run in runs.items()
        }
        try:
            for future in as_completed(futures):
                if future.exception() is not None:
                    say(f"failed with {futures[future]}: {future.exception()}")
                else:
                    yield future.result()
        finally:
            client.cancel(list(futures))
