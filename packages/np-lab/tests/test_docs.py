"""Examples in docstrings, and the figures in the README."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

from np_lab import UNITS, select

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


def test_readme_has_the_figures_of_the_grader():
    tasks = [task for _, task in select(None)]
    mutants = sum(len(task.mutants) for task in tasks)
    text = README.read_text(encoding="utf-8")
    assert f"| tasks | {len(tasks)} |" in text
    assert f"| mutants, caught, named correctly | {mutants}, {mutants}, {mutants} |" in text


def test_teacher_page_has_the_numbers_to_predict():
    text = (README.parent / "docs" / "teacher.md").read_text(encoding="utf-8").replace("−", "-")
    rows = [line.split("|")[4:7] for line in text.splitlines() if re.match(r"\| \d+ \w+ \|", line)]
    for unit, numbers in zip(UNITS, rows, strict=True):
        for seed, number in enumerate(numbers):
            assert float(number) == pytest.approx(unit.predict(seed)[1], rel=1e-3)
