"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import np_layers

MODULES = sorted(module.name for module in pkgutil.walk_packages(np_layers.__path__, "np_layers."))


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, extraglobs={"np": np}, raise_on_error=False)
    assert failed == 0


def test_every_public_name_has_a_docstring():
    for name in np_layers.__all__:
        thing = getattr(np_layers, name)
        assert thing.__doc__, name
