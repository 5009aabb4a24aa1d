"""The command verify: results and models that equal the committed ones, and that do not."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.commands import verify
from pipelines.commands.verify import VerificationError
from pipelines.environment import PUBLISHED
from pipelines.io import places
from pipelines.io.console import Console

METRICS = "reports/recipes/first/metrics.json"
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
def test_compare_reports_equal_bytes(clone, monkeypatch, capsys, here):
    compare(clone, monkeypatch, here)
    assert f"computed two recipes again ({here})" in capsys.readouterr().err


def test_compare_refuses_any_change_with_the_published_arithmetic(clone, monkeypatch):
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
def test_compare_tolerates_small_changes_with_another_arithmetic(
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
    recipes = {
        name: SimpleNamespace(name=name, section="recipes", all_seeds=[1, 2])
        for name in ("first", "second")
    }
    params = SimpleNamespace(all_recipes=recipes, recipe=recipes.__getitem__)
    for module in (places, verify):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(places, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(verify, "load_params", lambda: params)
    paths = [places.model_path(recipes["first"], seed) for seed in (1, 2)]
    paths[0].parent.mkdir(parents=True)
    for path in paths:
        path.write_bytes(path.name.encode())
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    for name in recipes:
        folder = tmp_path / "reports" / "recipes" / name
        folder.mkdir(parents=True)
        text = f"seed,model_sha256\n1,{hashes[0]}\n2,{hashes[1]}\n"
        (folder / "seeds.csv").write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "reports")
    git(tmp_path, "commit", "--quiet", "--message", "results")
    return paths


def test_verify_models_accepts_the_published_bits(models, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["verify", "--models"])
    verify.main()
    printed = capsys.readouterr().err
    assert printed.count(": the published bits\n") == 2
    assert "second" not in printed


def test_verify_models_names_a_changed_model(models, monkeypatch, capsys):
    published = hashlib.sha256(models[1].read_bytes()).hexdigest()
    models[1].write_bytes(b"other bits")
    monkeypatch.setattr(sys, "argv", ["verify", "--models", "first"])
    with pytest.raises(VerificationError, match="1 models differ"):
        verify.main()
    printed = capsys.readouterr().err
    assert printed.count(": the published bits\n") == 1
    assert f": published is {published}\n" in printed


def test_verify_models_names_a_model_that_does_not_exist(models, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["verify", "--models", "second"])
    with pytest.raises(FileNotFoundError, match="models/second/"):
        verify.main()
