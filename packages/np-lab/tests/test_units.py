"""The files and texts of the twelve units."""

import ast
import importlib
import inspect
import re

import pytest

from np_lab import UNITS, select
from np_lab._running import unwritten
from np_lab._texts import LANGUAGES, messages, unit_texts
from np_lab.grading import mistake_of

UNIT = pytest.mark.parametrize("unit", [pytest.param(unit, id=unit.name) for unit in UNITS])
TASK = pytest.mark.parametrize(
    "task", [pytest.param(task, id=task.name) for _, task in select(None)]
)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def test_course_has_twelve_units_in_order():
    assert [unit.number for unit in UNITS] == list(range(1, 13))


def test_task_names_are_unique_and_differ_from_unit_names():
    names = [task.name for _, task in select(None)] + [unit.name for unit in UNITS]
    assert len(names) == len(set(names))


@TASK
@LANGUAGE
def test_every_mutant_has_a_text(task, language):
    own = unit_texts(task.unit, language)[task.name]
    missing = [
        name
        for name in task.mutants
        if mistake_of(name) not in own and name not in messages(language)
    ]
    assert missing == []


@TASK
@LANGUAGE
def test_every_text_belongs_to_a_mutant(task, language):
    own = unit_texts(task.unit, language)[task.name]
    known = {"title", "hints", *map(mistake_of, task.mutants), *messages(language)}
    assert [name for name in own if name not in known] == []


@TASK
@LANGUAGE
def test_hints_climb_in_three_steps(task, language):
    assert len(unit_texts(task.unit, language)[task.name]["hints"]) == 3


def test_messages_have_the_same_names_and_values_in_both_languages():
    english, korean = messages("en"), messages("ko")
    assert english.keys() == korean.keys()
    for name in english:
        values = [set(re.findall(r"{(\w+)", texts[name])) for texts in (english, korean)]
        assert values[0] == values[1], name


@UNIT
@LANGUAGE
def test_notes_have_five_parts_and_no_placeholder_left(unit, language):
    text = unit.notes(language, seed=3)
    assert "$" not in text
    assert text.count("\n## ") == 5
    for _, task in select(unit.name):
        assert task.name in text


@UNIT
def test_korean_notes_are_korean(unit):
    assert len(re.findall("[가-힣]", unit.notes("ko"))) > 500


@UNIT
def test_seed_changes_the_number_to_predict(unit):
    questions = {unit.notes("en", seed) for seed in range(20)}
    assert len(questions) > 3
    assert unit.predict(5) == unit.predict(5)


@UNIT
def test_stub_defines_every_task_and_leaves_it_empty(unit):
    space = {}
    exec(compile(unit.files()[f"{unit.name}.py"], "stub", "exec"), space)  # noqa: S102
    assert all(unwritten(space[task.name]) for task in unit.tasks)


@UNIT
def test_files_for_the_student_have_no_comments_for_tools(unit):
    for text in unit.files().values():
        ast.parse(text)
        assert "mypy" not in text


@UNIT
def test_right_solution_of_each_task_is_short(unit):
    """A student fills in at most 15 lines a method or function."""
    module = importlib.import_module(f"np_lab.units.{unit.name}.solutions")
    for task in unit.tasks:
        solution = getattr(module, task.name)
        parts = [f for _, f in inspect.getmembers(solution, inspect.isfunction)] or [solution]
        for part in parts:
            if part.__name__ != "__init__":
                assert len(inspect.getsource(part).splitlines()) - 1 <= 15, part
