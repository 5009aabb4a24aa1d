"""What a machine can do to a stage: one clear line, nothing lost, and the next run recovers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Workshop

STAGES = {
    "preprocess": ("small", "inputs.npy"),
    "train": ("first", "history.csv"),
    "evaluate": ("first", "first.npy"),
    "plot": ("first", "mistakes.json"),
}


def limited(resource: str, value: int) -> list[str]:
    """Return the beginning of a command that runs the rest under a limit of the system."""
    code = (
        "import os, resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_{resource}, ({value}, {value}))\n"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", code]


def without_rights() -> list[str]:
    """Return the beginning of a command whose rest is bound by permissions, even as root."""
    if os.geteuid():
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@contextmanager
def full_disk(folder: Path) -> Iterator[list[str]]:
    """Let `folder` lie on a disk of 16 kB, where disks can be mounted; else limit every file."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield limited("FSIZE", 16_000)
        return
    try:
        yield []
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def unchanged(workshop: Workshop, before: dict[str, str]) -> bool:
    """Return whether all results are as before, except the history that grows with each epoch."""
    growing = {"reports/recipes/first/history.csv": ""}
    return workshop.results(checkpoints=False) | growing == before | growing


def refused(workshop: Workshop, stage: str, under: list[str]) -> str:
    """Run a stage that must fail with an error and no traceback; return its last line."""
    done = workshop.run(f"pipelines.stages.{stage}", STAGES[stage][0], under=under)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    return last


@pytest.mark.parametrize("stage", STAGES)
def test_stage_names_a_file_that_cannot_be_written(workshop: Workshop, stage: str) -> None:
    before = workshop.results(checkpoints=False)
    assert STAGES[stage][1] in refused(workshop, stage, limited("FSIZE", 150))
    assert unchanged(workshop, before)


def test_train_names_a_full_disk_and_dvc_continues_later(workshop: Workshop) -> None:
    before = workshop.results()
    with full_disk(workshop.folder / "models" / "first") as under:
        last = refused(workshop, "train", under)
        assert "No space left" in last or "File too large" in last
        assert "models/first" in last or ".ckpt/first" in last
    assert workshop.run("dvc", "repro", "--force", "-s", "train@first").returncode == 0
    assert workshop.results() == before


@pytest.mark.parametrize(
    ("stage", "folder"),
    [
        ("preprocess", "data/processed/small/train"),
        ("train", "models/first"),
        ("train", ".ckpt"),
        ("evaluate", "data/predictions"),
        ("plot", "reports/recipes/first/figures"),
    ],
)
def test_stage_names_a_folder_without_permission(
    workshop: Workshop, stage: str, folder: str
) -> None:
    before, place = workshop.results(checkpoints=False), workshop.folder / folder
    place.chmod(0o555)
    last = refused(workshop, stage, without_rights())
    place.chmod(0o755)
    assert folder in last
    assert "Permission denied" in last
    assert unchanged(workshop, before)


def test_two_runs_at_once_wait_or_say_so(workshop: Workshop) -> None:
    before = workshop.results()
    words = ("dvc", "repro", "--force", "-s", "train@first", "evaluate@first")
    running = [workshop.start(*words) for _ in range(2)]
    printed = [process.communicate()[1] for process in running]
    codes = [process.returncode for process in running]
    assert 0 in codes, printed
    for code, text in zip(codes, printed, strict=True):
        assert "Traceback" not in text
        assert code == 0 or "is busy" in text or "Unable to acquire lock" in text
    assert workshop.run("dvc", "repro").returncode == 0
    assert workshop.results() == before


@pytest.mark.parametrize("stage", ["train", "evaluate"])
@pytest.mark.parametrize("megabytes", [230, 300])  # somewhere between the start and the end
def test_stage_without_memory_changes_no_result(
    workshop: Workshop, stage: str, megabytes: int
) -> None:
    before = workshop.results(checkpoints=False)
    done = workshop.run(f"pipelines.stages.{stage}", "first", under=limited("AS", megabytes << 20))
    assert unchanged(workshop, before)
    if done.stderr.startswith(f"{stage}@"):
        assert "Traceback" not in done.stderr
