"""Write a unit as a Jupyter notebook, from the same notes, stub and experiment as the plain files.

The sections Read, Predict, Break and Implement come first, then the stub in a cell to fill in, a
cell that checks it, the section Prove, and the experiment in the last cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from np_lab._texts import message

BEFORE_PROVE = 5  # the title and four sections


def notebook(notes: str, stub: str, experiment: str, tasks: Sequence[str], language: str) -> str:
    """Return a notebook in the format nbformat 4.5, as text.

    Parameters
    ----------
    notes : str
        Markdown; each section (``##``) becomes a cell.
    stub, experiment : str
        The code that the student fills in, and the code that uses it.
    tasks : sequence of str
        What the stub defines. One cell checks all of them.
    language : str
        Of the check's messages.
    """
    sections = ["## " * (n > 0) + part.strip() for n, part in enumerate(notes.split("\n## "))]
    sections[0] += "\n\n" + message("notebook", language)
    chosen = "" if language == "en" else f', language="{language}"'
    check = f"from np_lab import check\n\ncheck({', '.join(tasks)}{chosen});"
    code, borrowed = _for_a_cell(experiment, tasks)
    if borrowed:
        sections[-1] += "\n\n" + message("notebook-copies", language, names=", ".join(borrowed))
    cells = [_cell("markdown", text) for text in sections[:BEFORE_PROVE]]
    cells += [_cell("code", stub.strip()), _cell("code", check)]
    cells += [_cell("markdown", text) for text in sections[BEFORE_PROVE:]]
    cells.append(_cell("code", code))
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


def _for_a_cell(experiment: str, tasks: Sequence[str]) -> tuple[str, list[str]]:
    """Return an experiment without the imports of students' files, and what other files define."""
    header, body = experiment.split("\nfrom np_lab.", 1)
    imported = re.findall(r"^from (?!pathlib)\w+ import (.*)$", header, re.MULTILINE)
    names = [name for line in imported for name in line.split(", ")]
    imports = "from pathlib import Path\n\n" * ("Path(" in body) + "import numpy as np\n\n"
    return f"{imports}from np_lab.{body}".strip(), [n for n in names if n not in tasks]


def _cell(kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
