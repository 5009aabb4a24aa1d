"""The examples in the docstrings run and print what they show."""

import doctest
import importlib
import pkgutil

import pytest

import np_metrics

MODULES = sorted(module.name for module in pkgutil.iter_modules(np_metrics.__path__, "np_metrics."))


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0


def test_every_public_name_has_an_example():
    without = [n for n in np_metrics.__all__ if ">>>" not in (getattr(np_metrics, n).__doc__ or "")]
    assert without == []
