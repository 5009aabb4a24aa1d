"""The figures of the grader: mutants, right variants, held-out solutions."""

import importlib.util
from pathlib import Path

import pytest

from np_lab import grade, select
from np_lab.measure import measure

HELD_OUT = sorted((Path(__file__).parent / "held_out").glob("*.py"))


def held_out_solutions():
    for path in HELD_OUT:
        spec = importlib.util.spec_from_file_location(f"held_out_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in vars(module).items():
            if "__" in name and not name.startswith("__"):
                yield pytest.param(name.split("__")[0], value, id=name)


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


@pytest.mark.parametrize(("name", "solution"), list(held_out_solutions()))
def test_held_out_solution_is_caught(name, solution):
    ((_, task),) = select(name)
    report = grade(task, solution)
    assert not report.passed
    assert all(report.texts("en"))
    assert all(report.texts("ko"))


def test_every_unit_has_held_out_solutions():
    assert {path.stem for path in HELD_OUT} >= {unit.name for unit, _ in select(None)}
