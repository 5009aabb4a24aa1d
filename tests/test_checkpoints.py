"""A training goes on from its own checkpoint, and from no other."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.recipes.schema import Recipe
from pipelines.training import checkpoint
from pipelines.training.checkpoint import Checkpoint, fingerprint

STATE = {"history": [{"step": 1, "train_loss": 0.1 + 0.2}]}
ARRAYS = {"network": {"1.weight": np.arange(3000.0)}, "average": {}, "best": {"a/b": np.ones(2)}}
RECIPE = {
    "dataset": "small",
    "layers": [{"Dense": {"units": 2}}],
    "weight_init": "zeros",
    "loss": "cross_entropy",
    "optimizer": "SGD",
    "lr": 0.1,
    "batch_size": 20,
    "epochs": 6,
    "seed": 3,
}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect messages; checkpoints lie in a folder of the test."""
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "checkpoints")
    return []


def saved(printed: list[str], key: str = "key") -> Checkpoint:
    made = Checkpoint("first.7", key, printed.append)
    made.save(STATE, ARRAYS)
    return made


def test_checkpoint_returns_what_was_saved(printed: list[str]) -> None:
    kept = saved(printed).load()
    assert kept is not None
    state, arrays = kept
    assert state == STATE
    assert arrays["average"] == {}
    np.testing.assert_array_equal(arrays["network"]["1.weight"], ARRAYS["network"]["1.weight"])
    np.testing.assert_array_equal(arrays["best"]["a/b"], ARRAYS["best"]["a/b"])
    assert printed == []


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
def test_damaged_checkpoint_is_ignored(printed: list[str], harm: Callable[[bytes], bytes]) -> None:
    made = saved(printed)
    made.path.write_bytes(harm(made.path.read_bytes()))
    assert made.load() is None
    assert printed == ["the checkpoint first.7-key.npz is damaged: ignored"]


def test_checkpoint_of_another_fingerprint_is_ignored_and_removed(printed: list[str]) -> None:
    earlier = saved(printed)
    earlier.release()
    assert Checkpoint("first.7", "other", printed.append).load() is None
    assert printed == ["the checkpoint first.7-key.npz is of another recipe, code or data: ignored"]
    assert not earlier.path.exists()


def test_fingerprint_changes_with_recipe_sources_and_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "ROOT", tmp_path)
    files = [
        tmp_path / "packages/np-optim/src/np_optim/sgd.py",
        tmp_path / "pipelines/training/loop.py",
        tmp_path / "data/labels.npy",
    ]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one", encoding="utf-8")
    recipe = Recipe.model_validate(RECIPE)
    found = {fingerprint(recipe, tmp_path / "data")}
    assert fingerprint(recipe, tmp_path / "data") in found
    found.add(fingerprint(Recipe.model_validate(RECIPE | {"lr": 0.2}), tmp_path / "data"))
    for path in files:
        path.write_text("two", encoding="utf-8")
        found.add(fingerprint(recipe, tmp_path / "data"))
    assert len(found) == 2 + len(files)
