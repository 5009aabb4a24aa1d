"""Converting between CSV and IDX, as the command ``np-data convert`` does.

A CSV file holds images and labels, an IDX file one array; so the labels are a file of their own on
the IDX side. What is CSV is told by the name, as a CSV file has nothing that begins every one.
"""

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.csv.blocks import BOM, blocks_of_lines
from np_data.csv.layout import column_names, shown
from np_data.csv.reader import read_csv
from np_data.csv.writer import write_csv
from np_data.errors import CsvError
from np_data.idx import read_idx
from np_data.idx_write import write_idx
from np_data.streams import opened, stream_of


class UsageError(Exception):
    """A command that makes no sense as it was given."""


def convert(chosen: Namespace) -> int:
    """Convert one file and print what was written."""
    source, target = Path(chosen.source), Path(chosen.target)
    if chosen.labels and Path(chosen.labels).resolve() in (source.resolve(), target.resolve()):
        raise UsageError(f"--labels must be neither FROM nor TO, got {chosen.labels}")
    if is_csv(source):
        if is_csv(target):
            raise UsageError("one of FROM and TO must be an IDX file, both are named .csv")
        _csv_to_idx(source, target, chosen)
        return 0
    for option in ("shape", "label", "dtype"):
        if getattr(chosen, option) is not None:
            raise UsageError(f"--{option} is for a CSV file, FROM is an IDX file")
    array = read_idx(source)
    if is_csv(target):
        if array.ndim == 0:
            raise ValueError(f"{source}: a CSV file is made of rows, got a single number")
        labels = None if chosen.labels is None else _labels(Path(chosen.labels))
        write_csv(target, array, labels)
        _say(target, array)
    elif chosen.labels is not None:
        raise UsageError("--labels goes with a CSV file, FROM and TO are IDX files")
    else:
        write_idx(target, array)
        _say(target, array)
    return 0


def is_csv(path: Path) -> bool:
    """Tell by its name whether a file is CSV."""
    return path.name.lower().removesuffix(".gz").endswith(".csv")


def label_column(path: Path, wanted: str | None = None) -> str | int | None:
    """Return the label column of a CSV file: the wanted one, else 'label' if it is there."""
    if wanted is not None and wanted.isdecimal():
        return int(wanted)
    with opened(path) as file:
        stream = stream_of(file, name=str(path), error=CsvError)
        text = next(blocks_of_lines(stream, name=str(path)), bytearray()).removeprefix(BOM)
    line = bytes(text.partition(b"\n")[0])
    names = column_names(line, ",", str(path))
    if wanted is None:
        return "label" if "label" in [column.strip(' "') for column in names] else None
    if names.count(wanted) != 1:
        raise ValueError(
            f"{path}: --label must be the name of one column or a number from 0, got {wanted!r}; "
            f"the first line is {shown(line)}"
        )
    return wanted


def _csv_to_idx(source: Path, target: Path, chosen: Namespace) -> None:
    column = label_column(source, chosen.label)
    if chosen.labels is not None and column is None:
        raise UsageError(f"{source} has no column named label; give its column with --label")
    features, labels = read_csv(source, label=column, dtype=chosen.dtype or "uint8")
    if chosen.shape is not None:
        if int(np.prod(chosen.shape)) != features.shape[1]:
            raise ValueError(
                f"{source}: --shape must have as many pixels as there are columns, "
                f"{features.shape[1]}, got {'x'.join(map(str, chosen.shape))}"
            )
        features = features.reshape(-1, *chosen.shape)
    narrow = None if labels is None else _narrow(labels, source)
    write_idx(target, features)
    _say(target, features)
    if narrow is not None:
        place = Path(chosen.labels) if chosen.labels else _beside(target)
        write_idx(place, narrow)
        _say(place, narrow)


def _narrow(labels: NDArray[np.int64], source: Path) -> NDArray[Any]:
    for kind in ("uint8", "int32"):
        if np.array_equal(narrow := labels.astype(kind), labels):
            return narrow
    raise ValueError(
        f"{source}: labels must fit into 32 bits, got {labels.min()} to {labels.max()}"
    )


def _labels(path: Path) -> NDArray[np.int64]:
    labels = read_idx(path)
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise ValueError(
            f"{path}: labels must be integers of shape (N,), got {labels.dtype} of {labels.shape}"
        )
    return labels.astype(np.int64)


def _beside(target: Path) -> Path:
    stem, dot, suffix = target.name.partition(".")
    return target.with_name(f"{stem}-labels{dot}{suffix}")


def _say(path: Path, array: NDArray[np.generic]) -> None:
    print(f"{path}: {array.dtype} {array.shape}")
