"""Write a unit as a Jupyter notebook: the notes, the stub and a cell that checks it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from np_lab.task import Task


def notebook(notes: str, stub: str, tasks: Sequence[Task]) -> str:
    """Return a notebook in the format nbformat 4.5, as text.

    Parameters
    ----------
    notes : str
        Markdown; each section (``##``) becomes a cell.
    stub : str
        The code that the student fills in.
    tasks : sequence of Task
        Each gets a cell ``check(name)``.
    """
    sections = ("\n" + notes).split("\n## ")
    texts = [sections[0].strip(), *(f"## {section}".strip() for section in sections[1:])]
    checks = "\n".join(["from np_lab import check", "", *(f"check({t.name})" for t in tasks)])
    cells = [_cell("markdown", text) for text in texts if text]
    cells += [_cell("code", stub.strip()), _cell("code", checks)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    document = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
