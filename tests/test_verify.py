"""The command verify: results that equal the committed ones, and that do not."""

import re
import subprocess
from pathlib import Path

import pytest

from pipelines.commands import verify
from pipelines.commands.verify import LOCKS
from pipelines.io.console import Console

LOCK = """schema: '2.0'
stages:
  train@first:
    cmd: python -m pipelines.stages.train first
    outs:
    - path: models/first
      md5: 11.dir
    - path: reports/recipes/first/history.csv
      md5: \"22\"
  plot@first:
    cmd: python -m pipelines.stages.plot first
    outs:
    - path: reports/recipes/first/figures
      md5: 33.dir
  report:
    cmd: python -m pipelines.stages.report
    outs:
    - path: reports/report.html
      md5: \"44\"
""".replace("\\", "")


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=A Student", "-c", "user.email=student@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone with a committed dvc.lock of one recipe, and one of no flagship."""
    for name, text in zip(LOCKS, (LOCK, ""), strict=True):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "results")
    return tmp_path


def change(clone: Path, old: str, new: str) -> None:
    path = clone / LOCKS[0]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_compare_reports_equal_outputs(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify.compare(clone, "one recipe", Console("verify"))
    said = capsys.readouterr().err
    assert "computed one recipe again" in said
    assert "4 outputs have the bytes of the committed ones" in said
    assert "drawn" not in said


@pytest.mark.parametrize(
    ("old", "path"), [("11.dir", "models/first"), ("22", "reports/recipes/first/history.csv")]
)
def test_compare_rejects_a_number_that_differs(clone: Path, old: str, path: str) -> None:
    change(clone, old, "55")
    with pytest.raises(ValueError, match=re.escape(path)):
        verify.compare(clone, "one recipe", Console("verify"))


@pytest.mark.parametrize("old", ["33.dir", "44"])
def test_compare_reports_a_drawing_that_differs(
    clone: Path, capsys: pytest.CaptureFixture[str], old: str
) -> None:
    change(clone, old, "55")
    verify.compare(clone, "one recipe", Console("verify"))
    assert "1 outputs are drawn and differ" in capsys.readouterr().err


def test_compare_rejects_an_output_that_was_not_committed(clone: Path) -> None:
    change(clone, "models/first", "models/second")
    with pytest.raises(ValueError, match="models/second"):
        verify.compare(clone, "one recipe", Console("verify"))


def test_verify_fails_when_the_run_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "nothing to run")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="the run failed"):
        verify.compute_and_compare(quick=True, flagships=False, console=Console("verify"))
