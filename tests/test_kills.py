"""Stages that are killed: the next run ends with the bits of one that nobody disturbed."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from dvc.schema import COMPILED_LOCKFILE_SCHEMA
from dvc.utils.serialize import parse_yaml

from pipelines.mend import whole_stages

from .conftest import Workshop, build_workshop

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
    "train": ["models/first", "reports/first/history.csv", "reports/first/layers.csv"],
    "evaluate": ["data/predictions/first.npy", "reports/first/metrics.json"],
    "plot": ["reports/first/figures"],
}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
DIRECTLY, BY_DVC = 7, 3  # kills of each stage


def kills() -> list[tuple[str, bool, signal.Signals, float]]:
    """Draw fifty kills: a stage, whether DVC runs it, a signal, and when, as part of its time."""
    rng = np.random.default_rng(8)
    return [
        (stage, number >= DIRECTLY, SIGNALS[number % 3], round(rng.random(), 3))
        for stage in SUBJECTS
        for number in range(DIRECTLY + BY_DVC)
    ]


class Undisturbed:
    """A workshop after a whole run: what is there, and how long each stage took."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        workshop.write_params({"first": 60, "second": 1})
        workshop.change("SAVE_SECONDS = 2.0", "SAVE_SECONDS = 0.02", "pipelines/training/loop.py")
        done = workshop.run("dvc", "repro")
        assert done.returncode == 0, done.stderr
        self.results = workshop.results()
        self.seconds = {
            (stage, by_dvc): self._time(self.command(stage, by_dvc=by_dvc))
            for stage in SUBJECTS
            for by_dvc in (False, True)
        }
        assert workshop.results() == self.results

    def command(self, stage: str, *, by_dvc: bool) -> list[str]:
        if by_dvc:
            return ["dvc", "repro", "--force", "--single-item", f"{stage}@{SUBJECTS[stage]}"]
        return [f"pipelines.{stage}", SUBJECTS[stage]]

    def _time(self, command: list[str]) -> float:
        start = time.monotonic()
        assert self.workshop.run(*command).returncode == 0
        return time.monotonic() - start


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(build_workshop(tmp_path_factory.mktemp("kills")))


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@pytest.mark.parametrize(("stage", "by_dvc", "number", "moment"), kills())
def test_after_a_kill_the_next_run_ends_with_the_same_bits(
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
    if again.returncode and by_dvc:  # it died while it wrote one of its own files
        assert workshop.run("pipelines.mend").returncode == 0
        again = workshop.run("dvc", "repro")
    assert again.returncode == 0, again.stderr
    assert "Traceback" not in again.stderr
    assert workshop.results() == undisturbed.results


def test_after_all_kills_dvc_sees_nothing_to_do(undisturbed: Undisturbed) -> None:
    done = undisturbed.workshop.run("dvc", "status")
    assert (done.returncode, done.stdout) == (0, "Data and pipelines are up to date.\n")


def test_a_training_that_outlived_its_dvc_is_waited_for(workshop: Workshop) -> None:
    workshop.write_params({"first": 300})
    assert workshop.run("dvc", "repro", "preprocess@small").returncode == 0
    process = workshop.start("dvc", "repro", "-s", "train@first", stderr=subprocess.DEVNULL)
    while not (workshop.folder / ".ckpt" / "first.7.lock").exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()  # DVC alone
    process.wait()
    os.killpg(process.pid, signal.SIGSTOP)  # its training is held until it is waited for
    workshop.change("lr: 0.05", "lr: 0.04")
    again = workshop.start("dvc", "repro", "-s", "train@first")
    assert again.stderr is not None
    said = ""
    while "waiting for another run of this training to end" not in said:
        line = again.stderr.readline()
        assert line, said
        said += line
    os.killpg(process.pid, signal.SIGCONT)
    said += again.communicate()[1]
    assert again.returncode == 0, said
    assert workshop.run("dvc", "status", "-q", "train@first").returncode == 0
    model = workshop.sha256("models/first/model.npz")
    assert workshop.run("pipelines.train", "first").returncode == 0
    assert workshop.sha256("models/first/model.npz") == model


def test_the_whole_stages_of_a_lock_that_was_cut_are_kept(workshop: Workshop) -> None:
    assert workshop.run("dvc", "repro").returncode == 0
    results, path = workshop.results(), workshop.folder / "dvc.lock"
    lock = path.read_text(encoding="utf-8")
    assert whole_stages(lock) == lock
    rng = np.random.default_rng(8)
    for cut in rng.integers(100, len(lock), 100):
        kept = whole_stages(lock[:cut])
        assert lock.startswith(kept)
        stages = parse_yaml(kept, "dvc.lock")["stages"]
        if stages:
            COMPILED_LOCKFILE_SCHEMA(parse_yaml(kept, "dvc.lock"))
        assert len(stages or ()) >= lock[:cut].count("\n    cmd: ") - 1

    in_use = workshop.folder / ".dvc" / "tmp" / "rwlock"
    for cut in (0, len(lock) * 2 // 3):
        path.write_text(lock[:cut], encoding="utf-8")
        in_use.write_text('{"write": {"/', encoding="utf-8")
        mended = workshop.run("pipelines.mend")
        assert "dvc.lock was half written" in mended.stderr
        assert "rwlock was half written: removed" in mended.stderr
        again = workshop.run("dvc", "repro")
        assert again.returncode == 0, again.stderr
        assert "Running stage 'train" not in again.stdout, "DVC's cache has the trainings"
        assert workshop.results() == results
        assert parse_yaml(path.read_text(encoding="utf-8"), "") == parse_yaml(lock, "")
