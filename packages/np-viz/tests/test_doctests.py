"""The examples of every docstring run."""

import doctest
import importlib
import pkgutil

import pytest

import np_viz

MODULES = ["np_viz", *(f"np_viz.{m.name}" for m in pkgutil.iter_modules(np_viz.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert result.failed == 0
