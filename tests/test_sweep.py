"""A sweep on real Dask processes: a scheduler and two workers on loopback, one of them killed."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.commands import runs, sweep
from pipelines.recipes.params import load_params
from pipelines.recipes.schema import ConfigError

from .conftest import Workshop

SETTINGS = ("--set", "lr=0.05,0.02", "--set", "layers.1.Dense.units=8,16")
TABLE = "reports/sweeps/first/results.csv"


def table(workshop: Workshop) -> list[dict[str, str]]:
    with (workshop.folder / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
    workshop.write_params({"first": 60})
    alone = workshop.run("pipelines.commands.sweep", "first", *SETTINGS)
    assert alone.returncode == 0, alone.stderr
    expected = table(workshop)
    assert len(expected) == 4
    assert (workshop.folder / TABLE).with_suffix(".png").exists()
    (workshop.folder / TABLE).unlink()

    with processes(workshop, tmp_path) as (address, workers):
        words = (*SETTINGS, "--scheduler", address)
        process = workshop.start("pipelines.commands.sweep", "first", *words)
        assert process.stderr is not None
        for line in process.stderr:
            if "1 of 4" in line:
                os.killpg(workers[0].pid, signal.SIGKILL)
                break
        _, rest = process.communicate()
        assert process.returncode == 0, rest
    assert table(workshop) == expected


def test_stopped_sweep_continues_and_names_a_run_that_diverges(workshop: Workshop) -> None:
    workshop.write_params({"first": 60})
    words = ("pipelines.commands.sweep", "first", "--set", "lr=0.05,0.02,0.01,0.005,1e30")
    process = workshop.start(*words)
    assert process.stderr is not None
    for line in process.stderr:
        if "1 of 5" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode != 0
    kept = table(workshop)
    assert 1 <= len(kept) < 5
    again = workshop.run(*words)
    assert again.returncode == 1
    assert f"5 runs, {len(kept)} of them done before" in again.stderr
    assert again.stderr.count("failed with {'lr': 1e+30}: ") == 1
    assert "1 runs failed, see above" in again.stderr
    assert [row["lr"] for row in table(workshop)] == ["0.05", "0.02", "0.01", "0.005"]


def test_merged_tables_have_the_columns_of_both() -> None:
    rows = [{"lr": 0.1, "batch_size": 8, "key": "a", "val_loss": 1.0}]
    earlier = [{"lr": "0.2", "clip_norm": "null", "key": "b", "val_loss": "2.0"}]
    assert runs.merged(rows, earlier) == [
        {"lr": 0.1, "batch_size": 8, "key": "a", "val_loss": 1.0, "clip_norm": None},
        {"lr": "0.2", "batch_size": None, "key": "b", "val_loss": "2.0", "clip_norm": "null"},
    ]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., runs.Runs]:
    """Return a function that plans a sweep of a committed recipe without its data."""
    monkeypatch.setattr(runs, "fingerprint", lambda recipe, data: recipe.model_dump_json())
    monkeypatch.setattr(runs, "processed_folder", lambda *names: tmp_path)

    def plan(*settings: str, seeds: int = 1) -> runs.Runs:
        values = dict(sweep.setting(text) for text in settings)
        return sweep.plan(load_params().recipe("s0_mnist_dnn"), values, seeds)

    return plan


def test_plan_has_every_combination_and_seed_under_a_key(planned: Any) -> None:
    found = planned("lr=0.1,0.2", "optimizer={SGD: {momentum: 0.5}},Adam", seeds=3)
    assert len(found) == 12
    assert len(planned("clip_norm=null,0.5")) == 2
    (own,) = planned(f"lr={load_params().recipe('s0_mnist_dnn').lr}")
    assert own in planned("ema=null")  # both are the recipe itself


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers.9.Dense.units=8", "--set layers.9.Dense.units: recipes.s0_mnist_dnn has no"),
        ("lr=fast", "params.yaml: recipes.s0_mnist_dnn.lr"),
        ("val_fraction=0.0", "has no validation rows"),
        ("lr", "must be KEY=VALUE"),
        ("lr=[", "must be values of YAML, got '['"),
    ],
)
def test_set_names_a_setting_that_does_not_exist(planned: Any, text: str, message: str) -> None:
    with pytest.raises((ConfigError, ArgumentTypeError), match=re.escape(message)):
        planned(text)
