"""The README's examples are true, and its table names everything that is public."""

import doctest
from pathlib import Path

import np_metrics

README = Path(__file__).resolve().parents[1] / "README.md"


def test_examples():
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted >= 8
    assert results.failed == 0


def test_the_table_names_everything_public():
    table = [line for line in README.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    named = {line.split("`")[1] for line in table if line.startswith("| `")}
    assert named == set(np_metrics.__all__)
