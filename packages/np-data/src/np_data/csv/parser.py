"""Turn blocks of CSV text into features and labels.

Most image files hold integers from 0 to 255 only, which ``pixels`` parses at once. Other text is
split into cells, and Python converts them.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.csv.layout import NUMBER, Layout, shown
from np_data.csv.pixels import PixelParser
from np_data.errors import CsvError

FeaturesAndLabels = tuple[NDArray[Any], NDArray[np.int64] | None]

_OF_NUMBERS = b"0123456789+-.eE \t"  # excludes nan, inf, 0x1 and 1_000
_EXACT = 2**53 - 1  # float64 holds all integers up to here


class BlockParser:
    """A parser of the blocks of one file, which must be given to it in order."""

    def __init__(self, layout: Layout, dtype: np.dtype[Any], delimiter: str, name: str) -> None:
        self._layout = layout
        self._dtype = dtype
        self._delimiter = delimiter.encode()
        self._name = name
        self._line = 1 + layout.has_header  # number of the next line in the file
        self._pixels = PixelParser(len(layout.kept), delimiter)

    def parse(self, block: bytes) -> FeaturesAndLabels:
        """Return the features and labels of the next block of complete lines, or raise CsvError."""
        parsed = self._parse_pixels(block) or self._parse_cells(block)
        self._line += len(parsed[0])
        return parsed

    def _parse_pixels(self, block: bytes) -> FeaturesAndLabels | None:
        """Return features and labels, or None if they are not all integers from 0 to 255."""
        if not np.can_cast(np.uint8, self._dtype):
            return None
        if self._layout.dropped:
            last = self._layout.dropped[-1]
            rows = [line.split(self._delimiter, last + 1) for line in block.split(b"\n")[:-1]]
            if any(len(row) <= last for row in rows):
                return None
            for row in rows:
                for column in reversed(self._layout.dropped):
                    del row[column]
            block = b"".join([self._delimiter.join(row) + b"\n" for row in rows])
        table = self._pixels.parse(block)
        if table is None:
            return None
        if self._layout.label is None:
            return table.astype(self._dtype, copy=False), None
        label = self._layout.kept.index(self._layout.label)
        features = np.delete(table, label, axis=1).astype(self._dtype, copy=False)
        return features, table[:, label].astype(np.int64)

    def _parse_cells(self, block: bytes) -> FeaturesAndLabels:
        rows = [line.split(self._delimiter) for line in block.split(b"\n")[:-1]]
        label = self._layout.label
        columns = [column for column in self._layout.kept if column != label]
        features = labels = None
        if all(len(row) == self._layout.columns for row in rows):
            features = _numbers([row[column] for row in rows for column in columns], self._dtype)
            if label is not None:
                labels = _labels([row[label] for row in rows], self._dtype)
        if features is None or (label is not None and labels is None):
            raise next(self._errors(rows))
        return features.reshape(len(rows), len(columns)), labels

    def _errors(self, rows: list[list[bytes]]) -> Iterator[CsvError]:
        """Yield what is wrong, from the first line to the last."""
        for line, row in enumerate(rows, self._line):
            where = f"{self._name}: line {line}"
            if len(row) != self._layout.columns:
                got = len(row) if b"".join(row).strip() else "a blank line"
                yield CsvError(f"{where}: expected {self._layout.columns} cells, got {got}")
                continue
            for column in self._layout.kept:
                cell, is_label = row[column], column == self._layout.label
                if (_labels if is_label else _numbers)([cell], self._dtype) is None:
                    rule = "an integer" if is_label else "a finite number"
                    if self._dtype.kind != "f":
                        info = np.iinfo(np.int64 if is_label else self._dtype)
                        rule = f"an integer from {info.min} to {info.max}"
                    got = shown(cell) if cell.strip() else "an empty cell"
                    fix = ""
                    if not is_label and NUMBER.fullmatch(cell.decode("utf-8", "replace")):
                        fix = "; pass a dtype that holds it, such as dtype='float32'"
                    yield CsvError(f"{where}, column {column + 1}: expected {rule}, got {got}{fix}")


def _numbers(cells: list[bytes], dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return the numbers in cells, or None if one is not a number that the type holds."""
    if b"".join(cells).translate(None, _OF_NUMBERS):
        return None
    try:
        with np.errstate(over="ignore"):
            values = np.array(list(map(float if dtype.kind == "f" else int, cells)), dtype)
    except (ValueError, OverflowError):
        return None
    return values if dtype.kind != "f" or np.isfinite(values).all() else None


def _labels(cells: list[bytes], dtype: np.dtype[Any]) -> NDArray[np.int64] | None:
    """Return the labels in cells, which may be written as ``5.0`` if the features are floats."""
    if dtype.kind != "f":
        return _numbers(cells, np.dtype(np.int64))
    values = _numbers(cells, np.dtype(np.float64))
    if values is None or (np.abs(values) > _EXACT).any() or (values != np.floor(values)).any():
        return None
    return values.astype(np.int64)
