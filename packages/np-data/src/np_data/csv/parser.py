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

FeaturesAndLabels = tuple[NDArray[Any], NDArray[Any] | None]

_OF_NUMBERS = b"0123456789+-.eE \t"  # excludes nan, inf, 0x1 and 1_000
_EXACT = 2**53 - 1  # float64 holds all integers up to here


class BlockParser:
    """A parser of the blocks of one file, which must be given to it in order."""

    def __init__(
        self,
        layout: Layout,
        dtype: np.dtype[Any],
        delimiter: str,
        name: str,
        *,
        text_labels: bool = False,
    ) -> None:
        self._layout = layout
        self._dtype = dtype
        self._delimiter = delimiter.encode()
        self._name = name
        self._text_labels = text_labels
        self._line = 1 + layout.has_header  # number of the next line in the file
        # The other columns are a table of numbers.
        text = {*layout.dropped, *([layout.label] if text_labels else [])}
        self._text_columns = sorted(column for column in text if column is not None)
        self._pixels = PixelParser(layout.columns - len(self._text_columns), delimiter)

    def parse(self, block: bytes) -> FeaturesAndLabels:
        """Return the features and labels of the next block of complete lines, or raise CsvError."""
        parsed = self._parse_pixels(block) or self._parse_cells(block)
        self._line += len(parsed[0])
        return parsed

    def _parse_pixels(self, block: bytes) -> FeaturesAndLabels | None:
        """Return features and labels, or None if the numbers are not all integers from 0 to 255."""
        if not (self._layout.features and np.can_cast(np.uint8, self._dtype)):
            return None
        label, labels = self._layout.label, None
        if self._text_columns:
            last = self._text_columns[-1]
            rows = [line.split(self._delimiter, last + 1) for line in block.split(b"\n")[:-1]]
            if any(len(row) <= last for row in rows):
                return None
            if self._text_labels and label is not None:
                labels = _texts([row[label] for row in rows])
                if labels is None:
                    return None
            for row in rows:
                for column in reversed(self._text_columns):
                    del row[column]
            block = b"".join([self._delimiter.join(row) + b"\n" for row in rows])
        table = self._pixels.parse(block)
        if table is None:
            return None
        if label is not None and labels is None:
            label -= sum(column < label for column in self._layout.dropped)
            labels = table[:, label].astype(np.int64)
            table = np.delete(table, label, axis=1)
        return table.astype(self._dtype, copy=False), labels

    def _parse_cells(self, block: bytes) -> FeaturesAndLabels:
        rows = [line.split(self._delimiter) for line in block.split(b"\n")[:-1]]
        label, columns = self._layout.label, self._layout.features
        features = labels = None
        if all(len(row) == self._layout.columns for row in rows):
            features = _numbers([row[column] for row in rows for column in columns], self._dtype)
            if label is not None:
                labels = self._labels([row[label] for row in rows])
        if features is None or (label is not None and labels is None):
            raise next(self._errors(rows))
        return features.reshape(len(rows), len(columns)), labels

    def _labels(self, cells: list[bytes]) -> NDArray[Any] | None:
        """Return the labels in cells; integers may be written as ``5.0`` if features are floats."""
        if self._text_labels:
            return _texts(cells)
        if self._dtype.kind != "f":
            return _numbers(cells, np.dtype(np.int64))
        values = _numbers(cells, np.dtype(np.float64))
        if values is None or (np.abs(values) > _EXACT).any() or (values != np.floor(values)).any():
            return None
        return values.astype(np.int64)

    def _errors(self, rows: list[list[bytes]]) -> Iterator[CsvError]:
        """Yield what is wrong, from the first line to the last."""
        for line, row in enumerate(rows, self._line):
            where = f"{self._name}: line {line}"
            if len(row) != self._layout.columns:
                got = len(row) if b"".join(row).strip() else "a blank line"
                yield CsvError(f"{where}: expected {self._layout.columns} cells, got {got}")
                continue
            for column, cell in enumerate(row):
                if column in self._layout.dropped:
                    continue
                is_label = column == self._layout.label
                values = self._labels([cell]) if is_label else _numbers([cell], self._dtype)
                if values is None:
                    rule = "an integer" if is_label else "a finite number"
                    if is_label and self._text_labels:
                        rule = "text in UTF-8"
                    elif self._dtype.kind != "f":
                        info = np.iinfo(np.int64 if is_label else self._dtype)
                        rule = f"an integer from {info.min} to {info.max}"
                    got = shown(cell) if cell.strip() else "an empty cell"
                    is_number = NUMBER.fullmatch(cell.decode("utf-8", "replace"))
                    fix = ""
                    if is_number and not is_label:
                        fix = "; pass a dtype that holds it, such as dtype='float32'"
                    elif cell.strip() and is_label and not (is_number or self._text_labels):
                        fix = "; pass label_dtype=str to read text"
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


def _texts(cells: list[bytes]) -> NDArray[np.str_] | None:
    """Return the texts in cells, or None if one is empty, quoted or not UTF-8."""
    try:
        texts = [cell.decode("utf-8").strip() for cell in cells]
    except UnicodeDecodeError:
        return None
    # Only a cell that holds a quote or a delimiter still has its quotes.
    return None if any(text[:1] in ("", '"') for text in texts) else np.array(texts, np.str_)
