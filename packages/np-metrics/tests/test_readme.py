"""The README's examples run, and its table has every public name."""

import doctest
from pathlib import Path

import np_metrics

README = Path(__file__).resolve().parents[1] / "README.md"


def test_readme_examples_run():
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted >= 8
    assert results.failed == 0


def test_readme_table_names_every_public_name():
    table = [line for line in README.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    named = {line.split("`")[1] for line in table if line.startswith("| `")}
    assert named == set(np_metrics.__all__)
