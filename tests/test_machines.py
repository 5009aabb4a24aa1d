"""Other machines, as far as a program can see them: one recipe gives equal bits on all."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import Workshop

MODEL = "models/first/model.npz"


class Machine(NamedTuple):
    """A workshop after a whole run, and the hash of its model."""

    workshop: Workshop
    model: str


@pytest.fixture(scope="module")
def here(finished: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine whose network is wide enough for its bits to depend on the kernels."""
    workshop = finished.copied(tmp_path_factory.mktemp("machines"))
    workshop.write_params({"first": 2})
    workshop.change("units: 16", "units: 512")
    workshop.change("batch_size: 8", "batch_size: 80")
    done = workshop.run("dvc", "repro")
    assert done.returncode == 0, done.stderr
    return Machine(workshop, workshop.sha256(MODEL))


def trained(workshop: Workshop, under: tuple[str, ...] = (), **env: str) -> str:
    """Train once more and return the model's hash."""
    (workshop.folder / MODEL).unlink(missing_ok=True)
    done = workshop.run("pipelines.stages.train", "first", under=under, **env)
    assert done.returncode == 0, done.stderr
    return workshop.sha256(MODEL)


@pytest.mark.parametrize(
    "env",
    [
        {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4"},
        {"OPENBLAS_CORETYPE": "Prescott"},
        {"OPENBLAS_CORETYPE": "Haswell"},
        {"NPY_DISABLE_CPU_FEATURES": ""},
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
        {"NPY_ENABLE_CPU_FEATURES": "X86_V3"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONOPTIMIZE": "2"},
    ],
    ids=lambda env: ",".join(env.values()) or "all features",
)
def test_train_gives_equal_bits_on_another_machine(here: Machine, env: dict[str, str]) -> None:
    assert trained(here.workshop, **env) == here.model


def test_train_gives_equal_bits_on_one_core(here: Machine) -> None:
    assert (
        trained(here.workshop, ("taskset", "-c", str(min(os.sched_getaffinity(0))))) == here.model
    )


def test_train_gives_equal_bits_in_another_working_directory(here: Machine, tmp_path: Path) -> None:
    (here.workshop.folder / MODEL).unlink(missing_ok=True)
    words = ("dvc", "--cd", str(here.workshop.folder), "repro", "--force", "-s", "train@first")
    done = here.workshop.run(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert here.workshop.sha256(MODEL) == here.model


def test_forced_run_elsewhere_changes_no_byte(here: Machine, tmp_path: Path) -> None:
    """A forced run of everything, elsewhere: dvc.lock, reports, models and data are the same."""
    there = tmp_path / "there"
    shutil.copytree(
        here.workshop.folder, there, ignore=shutil.ignore_patterns("cache", "tmp", ".ckpt")
    )
    assert trained(here.workshop) == here.model
    before = here.workshop.results(), here.workshop.sha256("dvc.lock")
    elsewhere = here.workshop.elsewhere(
        there, TZ="Pacific/Kiritimati", PYTHONHASHSEED="7", LC_ALL="C"
    )
    done = elsewhere.run("dvc", "repro", "--force")
    assert done.returncode == 0, done.stderr
    assert (elsewhere.results(), elsewhere.sha256("dvc.lock")) == before
