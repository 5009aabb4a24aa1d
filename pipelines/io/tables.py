"""Read and write CSV tables of results."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.io.files import damage_names_file, write_text


def write_table(path: Path, rows: Sequence[Mapping[str, float | int | str | None]]) -> None:
    """Write rows with equal keys as CSV; floats keep all their digits, None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def parse_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a table, each without its empty cells."""
    rows = csv.DictReader(text.splitlines())
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table as rows of text, each without its empty cells."""
    with damage_names_file(path):
        return parse_rows(path.read_text(encoding="utf-8"))


def read_columns(path: Path) -> dict[str, NDArray[Any]]:
    """Read a table of numbers as columns; an empty cell is NaN."""
    with damage_names_file(path), path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
        if not rows:
            raise ValueError("a line of names must be followed by rows, got none")
        columns = zip(*rows, strict=True)
        return {
            name: np.array([float(cell or "nan") for cell in column])
            for name, column in zip(names, columns, strict=True)
        }
