"""Tests of the README: its example runs, and its gallery has every function and every picture."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import np_viz

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text(encoding="utf-8")


def test_example_runs(tmp_path):
    [example] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    command = [sys.executable, "-W", "error", "-c", example]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confusion.svg", "curves.png"]
    assert run.stdout.endswith("] 6\n")


def test_gallery_has_one_picture_for_each_function():
    rows = re.findall(r"^\| `(\w+)\(.*\]\(docs/(\w+)\.png\) \|$", README, flags=re.MULTILINE)
    assert {name for name, _ in rows} | {"save_figure"} == set(np_viz.__all__)
    assert all(name == picture for name, picture in rows)


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(PACKAGE / "docs")
    spec = importlib.util.spec_from_file_location("make_figures", PACKAGE / "docs/make_figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("drawn_digits")


def test_script_makes_the_pictures_of_the_gallery(script, tmp_path):
    script.main(tmp_path)
    committed = {path.name: path for path in (PACKAGE / "docs").glob("*.png")}
    assert {path.name for path in tmp_path.iterdir()} == set(committed)
    assert sum(path.stat().st_size for path in committed.values()) < 600_000
    for name, path in committed.items():
        with Image.open(path) as old, Image.open(tmp_path / name) as new:
            assert abs(old.width - new.width) <= 10
