"""The figures of the grader: mutants, right variants, held-out solutions."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from np_lab import grade, select
from np_lab.measure import measure

FOLDER = Path(__file__).parent / "held_out"
HELD_OUT = sorted(FOLDER.rglob("*.py"))
DIAGNOSES = tomllib.loads((FOLDER / "third_round" / "diagnoses.toml").read_text(encoding="utf-8"))
# The grader has no name for these mistakes. It shows what it got and what it expected.
NUMBERS_ONLY = {"wrong-value", "wrong-shape", "error"}


def held_out_solutions():
    for path in HELD_OUT:
        name = "_".join(path.relative_to(FOLDER).with_suffix("").parts)
        spec = importlib.util.spec_from_file_location(f"held_out_{name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in list(vars(module).items()):
            if "__" in name and not name.startswith("__"):
                yield pytest.param(name, value, id=name)


SOLUTIONS = list(held_out_solutions())


def test_grader_keeps_the_promised_figures():
    figures = measure()
    assert figures.missed == []
    assert figures.false_alarms == []
    assert figures.stubs_passed == []
    assert figures.out_of_order == []
    assert figures.variants >= 50
    assert len(figures.misnamed) <= 0.05 * figures.mutants


@pytest.mark.parametrize("task", [pytest.param(task, id=task.name) for _, task in select(None)])
def test_every_task_has_at_least_ten_mutants(task):
    assert len(task.mutants) >= 10


@pytest.mark.parametrize(("name", "solution"), SOLUTIONS)
def test_held_out_solution_is_caught(name, solution):
    """The diagnoses of the third round were read and judged: if one changes, read it again."""
    ((_, task),) = select(name.split("__")[0])
    report = grade(task, solution)
    assert not report.passed
    assert all(report.texts("en"))
    assert all(report.texts("ko"))
    mistakes = [finding.mistake for finding in report.findings]
    assert mistakes == DIAGNOSES.get(name, mistakes)


def test_readme_has_the_figures_of_the_held_out_solutions():
    text = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    fresh, count = len(DIAGNOSES), len(SOLUTIONS)
    named = sum(found[0] not in NUMBERS_ONLY for found in DIAGNOSES.values())
    assert f"| wrong solutions written after the mutants, caught | {count}, {count} |" in text
    assert f"| the last {fresh} of them, named | {named} |" in text


def test_every_unit_has_held_out_solutions():
    assert {path.stem for path in HELD_OUT} >= {unit.name for unit, _ in select(None)}
