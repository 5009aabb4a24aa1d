"""The examples of docstrings and README run and print what they show."""

import doctest
import importlib
import inspect
import pkgutil
import re
import runpy
from pathlib import Path

import pytest

import np_optim

MODULES = ["np_optim", *(f"np_optim.{m.name}" for m in pkgutil.iter_modules(np_optim.__path__))]
README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", np_optim.__all__)
def test_every_public_name_has_an_example(name):
    value = getattr(np_optim, name)
    if not inspect.isabstract(value) and not inspect.ismodule(value):
        assert ">>>" in (inspect.getdoc(value) or "")


def test_methods_that_write_arguments_say_in_place_in_first_line():
    for method in (np_optim.Optimizer.step, np_optim.EMA.applied):
        first_line = (inspect.getdoc(method) or "").splitlines()[0]
        assert "in place" in first_line


def test_readme_examples_print_their_output(tmp_path, capsys):
    for code in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S):
        script = tmp_path / "example.py"
        script.write_text(code, encoding="utf-8")
        runpy.run_path(str(script))
        assert capsys.readouterr().out.splitlines() == re.findall(r"# prints (.*)", code)


def test_readme_table_names_only_public_names():
    rows = re.findall(r"^\| (`[^|]*)\|", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", "".join(rows)))
    assert named <= set(np_optim.__all__)
    assert len(named) > 20
