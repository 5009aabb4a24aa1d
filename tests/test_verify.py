"""The command verify: results that equal the committed ones, and that do not."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from pipelines.commands import verify
from pipelines.commands.verify import VerificationError
from pipelines.environment import PUBLISHED
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
