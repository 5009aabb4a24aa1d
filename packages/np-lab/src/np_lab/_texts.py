"""The texts of the course in two languages, kept in TOML files beside the code.

``messages.<language>.toml`` has the messages that every task shares. ``texts.<language>.toml`` in
the folder of a unit has its title and, for each task, a title, three hints and one text a mutant.
"""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "ko")


@functools.cache
def unit_texts(unit: str, language: str) -> dict[str, Any]:
    """Return the title of a unit and the texts of its tasks."""
    path = files("np_lab.units") / unit / f"texts.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@functools.cache
def messages(language: str) -> dict[str, str]:
    """Return the messages that all tasks share."""
    path = files("np_lab") / f"messages.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def message(name: str, language: str, /, **values: Any) -> str:
    """Return a shared message with its values."""
    return messages(language)[name].format(**values)
