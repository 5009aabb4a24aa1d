"""The comment of .github/review.py on a pull request, in a small repository of two commits."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".github" / "review.py"
SPEC = importlib.util.spec_from_file_location("review", SCRIPT)
assert SPEC is not None
assert SPEC.loader is not None
review = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(review)

HISTORY = "seed,epoch,step,lr,train_loss,val_accuracy\n"


def commit(folder: Path, recipe: str, rows: str) -> str:
    path = folder / "reports" / "recipes" / recipe / "history.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HISTORY + rows, encoding="utf-8")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-qm", recipe], ["rev-parse", "HEAD"]):
        done = subprocess.run(
            ["git", *command], cwd=folder, capture_output=True, text=True, check=True
        )
    return done.stdout.strip()


def test_curves_show_base_and_head_of_each_history_that_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    base = commit(tmp_path, "slow", "0,1,10,0.1,2,0.5\n0,2,20,0.1,1,0.6\n1,1,10,0.1,2,0\n")
    head = commit(tmp_path, "slow", "0,1,10,0.1,2,0.5\n0,2,20,0.1,1,0.9\n1,1,10,0.1,2,0\n")
    text = review.curves(base, head)
    assert text.count("```mermaid") == 1
    assert 'x-axis "updates" 10 --> 20' in text
    assert 'y-axis "val_accuracy" 0.5 --> 0.9' in text
    old, new = (line for line in text.splitlines() if line.startswith("  line ["))
    assert (old.count(","), new.count(",")) == (review.POINTS - 1, review.POINTS - 1)
    assert old.endswith("0.5, 0.6]")
    assert new.endswith("0.5, 0.9]")

    added = commit(tmp_path, "new_recipe", "0,1,10,0.1,2,0.5\n")
    text = review.curves(head, added)
    assert 'title "new_recipe"' in text
    assert text.count("  line [") == 1
    assert review.curves(added, added) == ""


def test_table_is_empty_without_rows_and_is_cut_where_it_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, head = "a" * 40, "b" * 40
    top = f"| Path   | Metric | {base} | {head} |\n|--------|----|----|----|"
    monkeypatch.setattr(review, "run", lambda *command: top + "\n")
    assert review.table("Results", "metrics", base, head) == ""

    monkeypatch.setattr(review, "run", lambda *command: top + "\n| m.json | x   | 1 | 2 |\n")
    text = review.table("Results", "metrics", base, head)
    assert "| Path | Metric | base | head |\n|---|---|---|---|\n| m.json | x | 1 | 2 |" in text

    monkeypatch.setattr(review, "run", lambda *command: top + "\n| m.json | x | 1 | 2 |" * 5000)
    text = review.table("Results", "metrics", base, head)
    assert len(text) < review.LONGEST_TABLE + 500
    assert text.startswith("<details>")
    assert "`dvc metrics diff aaaaaaaaaa bbbbbbbbbb`" in text
