"""Examples in docstrings, and the figures in the README."""

import doctest
import importlib
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("name", ["checking", "digits"])
def test_docstring_examples_run(name):
    result = doctest.testmod(importlib.import_module(f"np_lab.{name}"))
    assert result.attempted
    assert not result.failed


def test_readme_example_runs():
    result = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert not result.failed
