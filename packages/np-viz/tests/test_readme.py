"""The README's example runs, its table has every name, its pictures are there."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

import np_viz

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path):
    [example] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(example.splitlines()) <= 11
    command = [sys.executable, "-W", "error", "-c", example]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confusion.svg", "curves.png"]
    assert run.stdout.endswith("] 6\n")


def test_the_table_has_every_name():
    table = "".join(line for line in README.splitlines() if line.startswith("|"))
    assert set(re.findall(r"`(\w+)\(", table)) == set(np_viz.__all__)


def test_the_pictures_are_small_and_made_by_the_script(tmp_path, monkeypatch):
    pictures = [PACKAGE / name for name in re.findall(r"\]\((docs/.*?\.png)\)", README)]
    assert 2 <= len(pictures) <= 4
    assert sum(path.stat().st_size for path in pictures) < 400_000
    monkeypatch.syspath_prepend(PACKAGE / "docs")
    spec = importlib.util.spec_from_file_location("make_figures", PACKAGE / "docs/make_figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main(tmp_path)
    sys.modules.pop("drawn_digits")
    assert {path.name for path in pictures} == {path.name for path in tmp_path.iterdir()}
    for path in (*pictures, *tmp_path.iterdir()):
        with Image.open(path) as picture:
            assert 600 <= picture.width <= 1000


def test_the_stated_size_holds():
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in (PACKAGE / "src/np_viz").glob("*.py")
    )
    [stated] = re.findall(r"(\d+) lines of Python", README)
    assert abs(lines - int(stated)) <= 100
