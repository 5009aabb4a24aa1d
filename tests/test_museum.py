"""The bug museum of docs/: its examples run, and both languages show all of it."""

import doctest
import importlib.util
import inspect
import pydoc
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
EXHIBITS = sorted(path.stem for path in (DOCS / "museum").glob("*.py"))


def load(name: str) -> ModuleType:
    path = DOCS / "museum" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", EXHIBITS)
def test_examples_show_what_they_print(name: str) -> None:
    module = load(name)
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 1) == (0, True)
    assert inspect.getsource(module.broken) != inspect.getsource(module.right)
    assert pydoc.locate(module.HERE) is not None, module.HERE


@pytest.mark.parametrize("page", ["museum/index.md", "ko/museum/index.md"])
def test_each_page_shows_every_exhibit_under_its_number(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    shown = re.findall(r"^### (\d+)\. |\{exhibit\} (\w+)", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in shown[::2]] == list(range(1, 23))
    assert sorted(name for _, name in shown[1::2]) == EXHIBITS


def test_both_languages_have_the_same_order() -> None:
    english, korean = (
        re.findall(r"^```\{.*", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
        for page in ("museum/index.md", "ko/museum/index.md")
    )
    assert english == korean
