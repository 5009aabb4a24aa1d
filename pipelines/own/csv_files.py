"""CSV files of your own: which columns are features, and which one is the label."""

import csv
import gzip
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.data.sources import channels_first
from pipelines.own.rows import Parts, Rows

Column = str | int


def read_csv_files(path: Path, **options: Any) -> Parts:
    """Read one CSV file, or ``train.csv`` and ``test.csv`` in the folder ``path``.

    The files may be compressed by gzip (``.csv.gz``). The options are those of ``read_table``.
    """
    if path.is_file():
        return read_table(path, **options), None
    names = [f"{part}.csv{suffix}" for part in ("train", "test") for suffix in ("", ".gz")]
    found = [path / name for name in names if (path / name).is_file()]
    if len(found) != 2 or found[1].name.startswith("train"):
        raise ValueError(
            f"{path}: must be a CSV file, or a folder with train.csv and test.csv, "
            f"got a folder with {', '.join(file.name for file in found) or 'neither'}"
        )
    return read_table(found[0], **options), read_table(found[1], **options)


def read_table(
    path: Path,
    *,
    label: Column | None = None,
    target: Column | list[Column] | None = None,
    features: Sequence[Column] | None = None,
    header: bool = True,
    delimiter: str = ",",
    shape: Sequence[int] | None = None,
) -> Rows:
    """Read one CSV file. Columns are given by their name or their position (0 is the first).

    Parameters
    ----------
    path : Path
    label : str or int
        The column of the class: text or whole numbers.
    target : str, int or list
        The columns of numbers that a regression predicts, instead of ``label``.
    features : list, optional
        The columns of the inputs, by default all others. They are used in the order of the file.
    header : bool
        Whether the first line holds the names of the columns.
    delimiter : str
        The character between cells.
    shape : list of int, optional
        Make images of the features: ``[height, width]`` or ``[channels, height, width]``.

    Raises
    ------
    ValueError
        If an option does not fit the file, or a cell is wrong; the message names it.
    """
    if (label is None) == (target is None):
        raise ValueError(
            "csv must have either label (a class) or target (numbers of a regression), "
            f"got {'neither' if label is None else 'both'}"
        )
    columns = _columns(path, header, delimiter)
    answers = [label] if label is not None else target if isinstance(target, list) else [target]
    answer_at = _positions(path, columns, "label" if target is None else "target", answers)
    rest = [position for position in range(len(columns)) if position not in answer_at]
    inputs_at = rest if features is None else _positions(path, columns, "features", features)
    if both := set(inputs_at) & set(answer_at):
        raise ValueError(f"features must not hold the label or target, got {columns[min(both)]!r}")

    def read(used: list[int], dtype: str, label: int | None) -> tuple[NDArray[Any], Any]:
        drop = [position for position in range(len(columns)) if position not in (*used, label)]
        return np_data.read_csv(
            path,
            label=label,
            label_dtype=str,
            drop=drop,
            dtype=dtype,
            delimiter=delimiter,
            header=header,
        )

    label_at = answer_at[0] if target is None else None
    try:  # pixels take an eighth of the memory as bytes
        inputs, texts = read(inputs_at, "uint8", label_at)
    except np_data.CsvError:
        inputs, texts = read(inputs_at, "float64", label_at)
    if shape is not None:
        if math.prod(shape) != inputs.shape[1] or len(shape) not in (2, 3):
            raise ValueError(
                f"shape must be [height, width] or [channels, height, width] of the "
                f"{inputs.shape[1]} features of {path}, got {shape}"
            )
        inputs = channels_first(inputs.reshape(len(inputs), *shape))
    if target is None:
        return Rows(inputs, _labels(path, texts), str(path))
    return Rows(inputs, read(answer_at, "float64", None)[0], str(path))


def _columns(path: Path, header: bool, delimiter: str) -> list[str]:
    """Return the names of the columns; without a header their positions."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            cells = next(csv.reader(file, delimiter=delimiter, skipinitialspace=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: must be CSV in UTF-8, got {error}") from error
    cells = [cell.strip() for cell in cells]
    if not any(cells):
        raise ValueError(f"{path}: the first line must hold cells, got an empty line")
    if not header:
        return [str(position) for position in range(len(cells))]
    if all(_is_number(cell) for cell in cells):
        raise ValueError(
            f"{path}: the first line must hold the names of the columns, got "
            f"{', '.join(cells[:4])}; write header: false if it is a row"
        )
    return cells


def _positions(
    path: Path, columns: list[str], option: str, wanted: Sequence[Column | None]
) -> list[int]:
    """Return where some columns are; ValueError names the one that is not there."""
    found = []
    for column in wanted:
        if isinstance(column, int) and -len(columns) <= column < len(columns):
            found.append(column % len(columns))
        elif isinstance(column, str) and columns.count(column) == 1:
            found.append(columns.index(column))
        else:
            shown = ", ".join(columns[:10]) + (", …" if len(columns) > 10 else "")
            raise ValueError(
                f"{option} must be the name of one column of {path} or its position, got "
                f"{column!r}; the columns are {shown}"
            )
    return found


def _labels(path: Path, texts: NDArray[np.str_]) -> NDArray[Any]:
    """Return labels as int64 if all are whole numbers, else as text."""
    if not all(map(_is_number, texts)):
        return texts
    values = texts.astype(np.float64)
    fractions = values[values != np.floor(values)]
    if fractions.size:
        raise ValueError(
            f"{path}: label must be a column of text or whole numbers, got {fractions[0]}; write "
            "target instead of label for a regression"
        )
    return values.astype(np.int64)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
