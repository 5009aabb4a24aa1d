"""A sweep on real Dask processes: a scheduler and two workers on loopback, one of them killed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .conftest import Workshop

SETTINGS = ("--set", "lr=0.05,0.02", "--set", "layers.1.Dense.units=8,16", "--seeds", "2")
TABLE = "reports/sweeps/first/results.csv"


def prepared(workshop: Workshop, epochs: int) -> None:
    workshop.write_params({"first": epochs})
    assert workshop.run("pipelines.stages.download", "small").returncode == 0
    assert workshop.run("pipelines.stages.preprocess", "small").returncode == 0


def table(workshop: Workshop) -> list[dict[str, str]]:
    with (workshop.folder / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows by their settings; the key holds the hash of params.yaml's recipe."""
    return sorted(rows, key=lambda row: row["key"])


@contextmanager
def processes(
    workshop: Workshop, folder: Path
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers as a user would; give its address and the workers."""
    place = folder / "scheduler.json"
    common = {"cwd": workshop.folder, "env": workshop.env, "start_new_session": True}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def dask(part: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", "--host", "127.0.0.1"]
        command += ["--no-dashboard", "--scheduler-file", str(place), *words]
        return subprocess.Popen(command, **common, **silent)

    started = [dask("scheduler", "--port", "0")]
    try:
        while not place.exists():
            assert started[0].poll() is None
            time.sleep(0.1)
        started += [dask("worker", "--nthreads", "1") for _ in range(2)]
        yield json.loads(place.read_text(encoding="utf-8"))["address"], started[1:]
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_sweep_with_a_killed_worker_gives_equal_bits(workshop: Workshop, tmp_path: Path) -> None:
    prepared(workshop, 150)
    alone = workshop.run("pipelines.commands.sweep", "first", *SETTINGS)
    assert alone.returncode == 0, alone.stderr
    expected = numbers(table(workshop))
    assert len(expected) == 8
    assert (workshop.folder / TABLE).with_suffix(".png").exists()
    (workshop.folder / TABLE).unlink()

    with processes(workshop, tmp_path) as (address, workers):
        command = [sys.executable, "-m", "pipelines.commands.sweep", "first", *SETTINGS]
        sweep = subprocess.Popen(
            [*command, "--scheduler", address],
            cwd=workshop.folder,
            env=workshop.env,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert sweep.stderr is not None
        for line in sweep.stderr:
            if "1 of 8" in line:
                os.killpg(workers[0].pid, signal.SIGKILL)
                break
        _, rest = sweep.communicate()
        assert sweep.returncode == 0, rest
    assert numbers(table(workshop)) == expected


def test_stopped_sweep_continues_with_what_is_missing(workshop: Workshop) -> None:
    prepared(workshop, 100)
    process = workshop.start("pipelines.commands.sweep", "first", *SETTINGS)
    assert process.stderr is not None
    for line in process.stderr:
        if "2 of 8" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode != 0
    kept = table(workshop)
    assert 2 <= len(kept) < 8
    again = workshop.run("pipelines.commands.sweep", "first", *SETTINGS)
    assert again.returncode == 0, again.stderr
    assert f"8 runs, {len(kept)} of them done before" in again.stderr
    assert len(table(workshop)) == 8
    done = workshop.run("pipelines.commands.sweep", "first", *SETTINGS)
    assert "8 runs, 8 of them done before" in done.stderr


def test_sweep_keeps_rows_of_earlier_sweeps(workshop: Workshop) -> None:
    prepared(workshop, 1)

    def sweep(*words: str) -> list[dict[str, str]]:
        done = workshop.run("pipelines.commands.sweep", "first", *words)
        assert done.returncode == 0, done.stderr
        return table(workshop)

    first = sweep("--set", "lr=0.01")
    assert sweep("--set", "lr=0.01", "--set", "batch_size=8")[0]["batch_size"] == "8"
    grid = sweep("--set", "lr=0.01,0.02", "--set", "batch_size=8,16")  # 8 is the recipe's own
    assert [(row["lr"], row["batch_size"]) for row in grid] == [
        ("0.01", "8"),
        ("0.01", "16"),
        ("0.02", "8"),
        ("0.02", "16"),
    ]
    assert grid[0] == first[0] | {"batch_size": "8"}

    more = sweep("--set", "lr=0.005", "--set", "clip_norm=null,0.5")
    assert [row["clip_norm"] for row in more] == ["null", "0.5", "", "", "", ""]
    assert more[2:] == [row | {"clip_norm": ""} for row in grid]

    workshop.change("momentum: 0.9", "momentum: 0.8")
    again = sweep("--set", "lr=0.02,0.01", "--set", "batch_size=8")
    assert [(row["lr"], row["batch_size"]) for row in again[:2]] == [("0.02", "8"), ("0.01", "8")]
    assert not {row["key"] for row in again[:2]} & {row["key"] for row in more}
    assert again[2:] == [row for row in more if row["batch_size"] != "8"]


def test_sweep_names_a_run_that_diverges_and_keeps_the_others(workshop: Workshop) -> None:
    prepared(workshop, 2)
    done = workshop.run(
        "pipelines.commands.sweep", "first", "--set", "lr=1e30,0.05", "--seeds", "2"
    )
    assert done.returncode == 1
    assert done.stderr.count("failed with {'lr': 1e+30}: ") == 2
    assert "2 runs failed, see above" in done.stderr
    assert [row["lr"] for row in table(workshop)] == ["0.05", "0.05"]


def test_set_takes_a_mapping_as_a_value(workshop: Workshop) -> None:
    prepared(workshop, 2)
    values = "{SGD: {momentum: 0.5, nesterov: true}},Adam"
    done = workshop.run("pipelines.commands.sweep", "first", "--set", f"optimizer={values}")
    assert done.returncode == 0, done.stderr
    assert len(table(workshop)) == 2


def test_set_names_a_setting_that_does_not_exist(workshop: Workshop) -> None:
    prepared(workshop, 2)
    for words, message in (
        (("--set", "layers.9.Dense.units=8"), "--set layers.9.Dense.units: recipes.first has no"),
        (("--set", "lr=fast"), "params.yaml: recipes.first.lr"),
        (("--set", "val_fraction=0.0"), "has no validation rows"),
        (("--set", "lr"), "must be KEY=VALUE"),
        (("--set", "lr=["), "must be values of YAML, got '['"),
        (("--set", "lr=0.1", "--set", "lr=0.2"), "--set lr is given twice"),
        (("--seeds", "0"), "--seeds must be at least 1, got 0"),
    ):
        done = workshop.run("pipelines.commands.sweep", "first", *words)
        assert done.returncode != 0
        assert message in done.stderr
        assert "Traceback" not in done.stderr
