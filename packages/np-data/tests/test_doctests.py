"""Run the examples in docstrings and in README.md."""

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import np_data

MODULES = ["np_data"] + [
    module.name for module in pkgutil.walk_packages(np_data.__path__, "np_data.")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", np_data.__all__)
def test_every_public_name_has_an_example(name):
    finder = doctest.DocTestFinder(recurse=False)
    assert any(test.examples for test in finder.find(getattr(np_data, name), name))


def test_every_public_name_is_in_the_readme():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert [name for name in np_data.__all__ if f"`{name}" not in readme] == []


def test_readme_examples_run(tmp_path):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        script = [sys.executable, "-W", "error", "-c", code]
        subprocess.run(script, cwd=tmp_path, check=True, timeout=120)
