"""A training that was stopped goes on from its checkpoint, and from no other."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import Workshop, build_workshop

MODEL = "models/first/model.npz"


class Stopped(NamedTuple):
    """A workshop, the results of a whole training, and a checkpoint from the middle of it."""

    workshop: Workshop
    results: dict[str, str]
    path: Path
    content: bytes


def stop(workshop: Workshop, number: int) -> Path:
    """Start the training, stop it in the middle, and return its checkpoint."""
    process = workshop.start("pipelines.stages.train", "first")
    assert process.stderr is not None
    for line in process.stderr:
        if "epoch 60/" in line:
            break
    os.killpg(process.pid, number)
    process.communicate()
    assert process.returncode != 0
    (path,) = (workshop.folder / ".ckpt").glob("first.7-*.npz")
    return path


def train(workshop: Workshop) -> str:
    done = workshop.run("pipelines.stages.train", "first")
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    workshop = build_workshop(tmp_path_factory.mktemp("checkpoints"))
    workshop.write_params({"first": 150})
    workshop.change("SAVE_SECONDS = 2.0", "SAVE_SECONDS = 0.01", "pipelines/training/loop.py")
    workshop.run("pipelines.stages.download", "small")
    workshop.run("pipelines.stages.preprocess", "small")
    train(workshop)
    results = workshop.results()
    path = stop(workshop, signal.SIGKILL)
    return Stopped(workshop, results, path, path.read_bytes())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_stopped_training_continues_with_equal_bits(stopped: Stopped, number: int) -> None:
    (stopped.workshop.folder / MODEL).unlink()
    stopped.path.unlink(missing_ok=True)  # its round may lie behind the one to stop at
    stop(stopped.workshop, number)
    assert not (stopped.workshop.folder / MODEL).exists()
    assert "continuing an interrupted training" in train(stopped.workshop)
    assert stopped.workshop.results() == stopped.results


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:20000],
        lambda content: content[:9000] + bytes([content[9000] ^ 1]) + content[9001:],
    ],
    ids=["empty", "cut by a byte", "cut", "one bit"],
)
def test_damaged_checkpoint_is_ignored(stopped: Stopped, harm: Callable[[bytes], bytes]) -> None:
    stopped.path.write_bytes(harm(stopped.content))
    printed = train(stopped.workshop)
    assert f"the checkpoint {stopped.path.name} is damaged: ignored" in printed
    assert "epoch 1/150" in printed
    assert stopped.workshop.results() == stopped.results


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("params.yaml", "lr: 0.05", "lr: 0.04"),
        ("packages/np-optim/src/np_optim/__init__.py", '"""', '"""\n'),
        ("pipelines/training/loop.py", '"""', '"""\n'),
    ],
    ids=["recipe", "package", "pipeline"],
)
def test_checkpoint_of_other_code_is_ignored(
    stopped: Stopped, file: str, old: str, new: str
) -> None:
    workshop = stopped.workshop
    stopped.path.write_bytes(stopped.content)
    text = (workshop.folder / file).read_text(encoding="utf-8")
    (workshop.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        printed = train(workshop)
    finally:
        (workshop.folder / file).write_text(text, encoding="utf-8")
    assert f"{stopped.path.name} is of another recipe, code or data: ignored" in printed
    assert "epoch 1/150" in printed
    assert (workshop.results() == stopped.results) == (file != "params.yaml")


def test_checkpoint_of_other_data_is_ignored(stopped: Stopped) -> None:
    labels = stopped.workshop.folder / "data" / "processed" / "small" / "train" / "labels.npy"
    whole = labels.read_bytes()
    stopped.path.write_bytes(stopped.content)
    labels.write_bytes(whole[:128] + whole[:127:-1])
    try:
        printed = train(stopped.workshop)
    finally:
        labels.write_bytes(whole)
    assert f"{stopped.path.name} is of another recipe, code or data: ignored" in printed
