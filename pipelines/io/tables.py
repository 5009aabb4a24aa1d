"""Read and write CSV tables of results."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.io.files import damage_names_file, write_text


def rounded(value: Any) -> Any:
    """Return a float with 9 significant digits, anything else as it is.

    Some metrics use a logarithm of the C library, whose last digit depends on the machine.
    """
    return float(f"{value:.9g}") if isinstance(value, float) else value


def write_table(path: Path, rows: Sequence[Mapping[str, float | int | str | None]]) -> None:
    """Write rows with equal keys as CSV; floats are `rounded`, None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: rounded(value) for key, value in row.items()} for row in rows)
    write_text(path, text.getvalue())


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table as rows of text, each without its empty cells."""
    with damage_names_file(path):
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        return [{name: cell for name, cell in row.items() if cell} for row in rows]


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
