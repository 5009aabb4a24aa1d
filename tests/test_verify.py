"""What `verify` and `verify_model` say of results that are the committed ones, and that are not."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import verify, verify_model
from pipelines.shared import parts
from pipelines.shared._env import PUBLISHED
from pipelines.shared.console import Console
from pipelines.verify import VerificationError

METRICS = "reports/first/metrics.json"
COMMITTED = {
    "parameters": 3,
    "test_accuracy": 0.9,
    "test_f1": 0.8,
    "test_log_loss": 0.4,
    "test_max_error": 0.01,
    "test_mse": 0.0002,
}


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=A Student", "-c", "user.email=student@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def write(clone: Path, **changed: float) -> None:
    path = clone / METRICS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(COMMITTED | changed), encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone with committed metrics."""
    write(tmp_path)
    for name in ("dvc.lock", "pipelines/flagships/dvc.lock"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "results")
    return tmp_path


def compare(clone: Path, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    monkeypatch.setattr(verify, "arithmetic", lambda: here)
    verify.compare(clone, "two recipes", Console("verify"))


@pytest.mark.parametrize("here", [PUBLISHED, "another"])
def test_equal_bytes_are_said_of_what_was_computed(clone, monkeypatch, capsys, here):
    compare(clone, monkeypatch, here)
    assert f"computed two recipes anew ({here})" in capsys.readouterr().err


def test_with_the_published_arithmetic_every_byte_counts(clone, monkeypatch):
    write(clone, test_accuracy=0.9000001)
    with pytest.raises(VerificationError, match=re.escape(METRICS)):
        compare(clone, monkeypatch, PUBLISHED)


@pytest.mark.parametrize(
    ("key", "near", "far"),
    [
        ("test_accuracy", 0.904, 0.906),
        ("test_f1", 0.796, 0.794),
        ("test_log_loss", 0.45, 0.7),
        ("test_max_error", 0.0104, 0.011),
        ("test_mse", 0.000192, 0.00018),
    ],
)
def test_with_another_arithmetic_a_metric_may_move_a_little(
    clone, monkeypatch, capsys, key, near, far
):
    write(clone, **{key: near})
    compare(clone, monkeypatch, "another")
    assert "bits differ, as they may here" in capsys.readouterr().err
    write(clone, **{key: far})
    with pytest.raises(VerificationError, match=f"{METRICS}: {key} was {COMMITTED[key]}, is {far}"):
        compare(clone, monkeypatch, "another")


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Return the models of two seeds of `first`, whose hashes are published; `second` has none."""
    recipe = SimpleNamespace(seeds=[1, 2], all_seeds=[1, 2])
    recipes = {"first": recipe, "second": recipe}
    params = SimpleNamespace(all_recipes=recipes, recipe=recipes.__getitem__)
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    monkeypatch.setattr(verify_model, "ROOT", tmp_path)
    monkeypatch.setattr(verify_model, "load_params", lambda: params)
    paths = [parts.model_path("first", recipe, seed) for seed in recipe.seeds]
    paths[0].parent.mkdir(parents=True)
    for path in paths:
        path.write_bytes(path.name.encode())
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    for name in recipes:
        (tmp_path / "reports" / name).mkdir(parents=True)
        text = json.dumps({"weights_sha256": hashes[0], "weights_sha256_per_seed": hashes})
        (tmp_path / "reports" / name / "metrics.json").write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "reports")
    git(tmp_path, "commit", "--quiet", "--message", "results")
    return paths


def test_models_with_the_published_bits_pass(models, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["verify_model"])
    verify_model.main()
    said = capsys.readouterr().err
    assert said.count(": the published bits\n") == 2
    assert "second" not in said


def test_a_changed_model_is_told_from_the_others(models, monkeypatch, capsys):
    published = hashlib.sha256(models[1].read_bytes()).hexdigest()
    models[1].write_bytes(b"other bits")
    monkeypatch.setattr(sys, "argv", ["verify_model", "first"])
    with pytest.raises(VerificationError, match="1 models differ"):
        verify_model.main()
    said = capsys.readouterr().err
    assert said.count(": the published bits\n") == 1
    assert f": published is {published}\n" in said


def test_a_model_that_was_asked_for_and_is_not_there_is_named(models, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["verify_model", "second"])
    with pytest.raises(FileNotFoundError, match="models/second/"):
        verify_model.main()
