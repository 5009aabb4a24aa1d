"""Turn blocks of CSV text into features and labels.

Each block is parsed by the fastest parser that understands it, so the common file of small integers
does not pay for the uncommon ones: first ``pixels``, then the two functions of ``cells``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.csv.blocks import without_columns
from np_data.csv.cells import NumberRange, parse_cells, parse_numbers
from np_data.csv.layout import Layout
from np_data.csv.pixels import PixelParser

FeaturesAndLabels = tuple[NDArray[Any], NDArray[np.int64] | None]


class BlockParser:
    """A parser of the blocks of one file, which must be given to it in order.

    Parameters
    ----------
    layout : Layout
        The columns of the file.
    dtype : dtype
        Type of the features.
    delimiter : str
        The character between cells.
    name : str
        What messages call the file.
    """

    def __init__(self, layout: Layout, dtype: np.dtype[Any], delimiter: str, name: str) -> None:
        self._layout = layout
        self._dtype = dtype
        self._delimiter = delimiter
        self._name = name
        self._line = 1 + layout.has_header  # number of the next line in the file
        self._columns = len(layout.kept)
        self._label = None if layout.label is None else layout.kept.index(layout.label)
        self._pixels = PixelParser(self._columns, delimiter)

    def parse(self, block: bytes) -> FeaturesAndLabels:
        """Return the features and labels of the next block of complete lines.

        Raises
        ------
        CsvError
            If a line has another number of cells, or a cell is not a number that fits.
        """
        parts = self._parse_fast(block)
        if parts is None:
            table = parse_cells(
                block,
                self._layout,
                dtype=self._dtype,
                delimiter=self._delimiter,
                first_line=self._line,
                name=self._name,
            )
            parts = self._split(table)
        features, labels = parts
        self._line += len(features)
        features = features.astype(self._dtype, copy=False)
        return features, None if labels is None else labels.astype(np.int64)

    def _parse_fast(self, block: bytes) -> tuple[NDArray[Any], NDArray[Any] | None] | None:
        """Return features and labels, or None if each cell must be looked at."""
        text: bytes | None = block
        if self._layout.dropped:
            text = without_columns(block, self._layout.dropped, self._delimiter)
        if not text:
            return None
        table: NDArray[Any] | None = self._pixels.parse(text)
        if table is None:
            floats = self._dtype.kind == "f"
            table = parse_numbers(text, self._columns, self._delimiter, floats=floats)
        if table is None:
            return None
        features, labels = self._split(table)
        if not NumberRange.of_dtype(self._dtype).holds(features):
            return None
        if labels is not None and not NumberRange.of_labels(self._dtype).holds(labels):
            return None
        return features, labels

    def _split(self, table: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return the columns of features and the column of labels."""
        if self._label is None:
            return table, None
        return np.delete(table, self._label, axis=1), table[:, self._label]
