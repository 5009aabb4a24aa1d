"""Stages that are killed: the next run ends with the bits of one that nobody disturbed."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from .conftest import Workshop

SUBJECTS = {
    "download": "small",
    "preprocess": "small",
    "train": "first",
    "evaluate": "first",
    "plot": "first",
}
OUTS = {
    "download": ["data/raw/small"],
    "preprocess": ["data/processed/small", "reports/data/small.json"],
    "train": [
        "models/first",
        "reports/recipes/first/history.csv",
        "reports/recipes/first/layers.csv",
    ],
    "evaluate": [
        "data/predictions/first.npy",
        "reports/recipes/first/metrics.json",
        "reports/recipes/first/seeds.csv",
    ],
    "plot": ["reports/recipes/first/figures"],
}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# The stages to kill, and whether DVC runs them.
KILLED = [
    *(("train", False),) * 4,
    *(("train", True),) * 2,
    *((stage, False) for stage in ("download", "preprocess", "evaluate", "plot")),
    ("plot", True),
]


def kills() -> list[tuple[str, bool, signal.Signals, float]]:
    """Add a signal to each kill, and when it comes, as part of the stage's time."""
    rng = np.random.default_rng(8)
    return [
        (stage, by_dvc, SIGNALS[number % 3], round(rng.random(), 3))
        for number, (stage, by_dvc) in enumerate(KILLED)
    ]


def git(workshop: Workshop, *words: str) -> None:
    identity = ["-c", "user.name=A Student", "-c", "user.email=student@example.org"]
    subprocess.run(["git", *identity, *words], cwd=workshop.folder, check=True)


class Undisturbed:
    """A workshop after a whole run: what is there, and how long each stage took."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        workshop.write_params({"first": 60, "second": 2})
        workshop.change("SAVE_SECONDS = 2.0", "SAVE_SECONDS = 0.02", "pipelines/training/loop.py")
        done = workshop.run("dvc", "repro")
        assert done.returncode == 0, done.stderr
        git(workshop, "add", "--all")
        git(workshop, "commit", "--quiet", "--message", "results")
        self.results = workshop.results()
        self.seconds = {
            (stage, by_dvc): self._time(self.command(stage, by_dvc=by_dvc))
            for stage, by_dvc in dict.fromkeys(KILLED)
        }
        assert workshop.results() == self.results

    def command(self, stage: str, *, by_dvc: bool) -> list[str]:
        if by_dvc:
            return ["dvc", "repro", "--force", "--single-item", f"{stage}@{SUBJECTS[stage]}"]
        return [f"pipelines.stages.{stage}", SUBJECTS[stage]]

    def _time(self, command: list[str]) -> float:
        start = time.monotonic()
        assert self.workshop.run(*command).returncode == 0
        return time.monotonic() - start


@pytest.fixture(scope="module")
def undisturbed(finished: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(finished.copied(tmp_path_factory.mktemp("kills")))


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@pytest.mark.parametrize(("stage", "by_dvc", "number", "moment"), kills())
def test_run_after_a_kill_ends_with_equal_bits(
    undisturbed: Undisturbed, stage: str, by_dvc: bool, number: int, moment: float
) -> None:
    workshop, command = undisturbed.workshop, undisturbed.command(stage, by_dvc=by_dvc)
    if stage == "download":
        shutil.rmtree(workshop.env["NP_DATA_CACHE"], ignore_errors=True)
    if not by_dvc:  # DVC removes the outs of a stage before it runs
        for out in OUTS[stage]:
            remove(workshop.folder / out)
    process = workshop.start(*command)
    time.sleep(moment * undisturbed.seconds[stage, by_dvc])
    os.killpg(process.pid, number)
    process.communicate()

    again = workshop.run(*command)
    if again.returncode and by_dvc:  # DVC died while it wrote one of its own files
        git(workshop, "checkout", "dvc.lock")
        (workshop.folder / ".dvc" / "tmp" / "rwlock").unlink(missing_ok=True)
        again = workshop.run("dvc", "repro")
    assert again.returncode == 0, again.stderr
    assert "Traceback" not in again.stderr
    assert workshop.results() == undisturbed.results


def test_dvc_is_up_to_date_after_all_kills(undisturbed: Undisturbed) -> None:
    done = undisturbed.workshop.run("dvc", "status")
    assert (done.returncode, done.stdout) == (0, "Data and pipelines are up to date.\n")


def test_train_waits_for_a_training_that_outlived_its_dvc(workshop: Workshop) -> None:
    workshop.write_params({"first": 300})
    (workshop.folder / ".ckpt" / "first.7.lock").unlink()
    process = workshop.start("dvc", "repro", "-s", "train@first", stderr=subprocess.DEVNULL)
    while not (workshop.folder / ".ckpt" / "first.7.lock").exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()  # DVC alone
    process.wait()
    os.killpg(process.pid, signal.SIGSTOP)  # its training is held until it is waited for
    workshop.change("lr: 0.05", "lr: 0.04")
    again = workshop.start("dvc", "repro", "-s", "train@first")
    assert again.stderr is not None
    printed = ""
    while "waiting for another run of this training to end" not in printed:
        line = again.stderr.readline()
        assert line, printed
        printed += line
    os.killpg(process.pid, signal.SIGCONT)
    printed += again.communicate()[1]
    assert again.returncode == 0, printed
    assert workshop.run("dvc", "status", "-q", "train@first").returncode == 0
    model = workshop.sha256("models/first/model.npz")
    assert workshop.run("pipelines.stages.train", "first").returncode == 0
    assert workshop.sha256("models/first/model.npz") == model
