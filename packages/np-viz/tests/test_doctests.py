"""Tests that the examples of every docstring run."""

import doctest
import importlib
import pkgutil

import pytest

import np_viz

MODULES = ["np_viz", *(m.name for m in pkgutil.walk_packages(np_viz.__path__, "np_viz."))]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert result.failed == 0
