"""The README: its examples run, and the names in its tables exist."""

import re
import runpy
from pathlib import Path

import np_layers

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_readme_examples_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert blocks
    try:
        for block in blocks:  # each by itself
            (tmp_path / "readme.py").write_text(block, encoding="utf-8")
            runpy.run_path("readme.py")
    finally:
        np_layers.LAYERS.pop("Square", None)
    printed = capsys.readouterr().out
    expected = re.findall(r"```text\n(.*?)```", README, flags=re.DOTALL)
    for text in expected:
        assert text in printed


def test_readme_tables_name_only_public_names():
    first_cells = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`(\w+)", "".join(first_cells)))
    assert named <= {*np_layers.__all__, "check_gradients", "check_loss_gradient"}
    assert len(named) > 40
