"""Collecting tables of which it is unknown how many will come, features and labels apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.csv.layout import Layout


class Rows:
    """Rows of features and labels, in arrays that grow if the capacity was too small."""

    def __init__(self, layout: Layout, dtype: np.dtype[Any], *, capacity: int) -> None:
        self._label = layout.label
        self._features = np.empty((capacity, layout.features), dtype)
        self._labels = None if layout.label is None else np.empty(capacity, dtype=np.int64)
        self._filled = 0

    def __len__(self) -> int:
        """Return the number of rows added."""
        return self._filled

    def add(self, table: NDArray[Any]) -> None:
        """Append the rows of a table whose values are known to fit."""
        rows = slice(self._filled, self._filled + len(table))
        if rows.stop > len(self._features):
            self._resize(rows.stop + rows.stop // 2)
        if self._labels is None or (j := self._label) is None:
            self._features[rows] = table
        else:
            self._features[rows, :j] = table[:, :j]
            self._features[rows, j:] = table[:, j + 1 :]
            self._labels[rows] = table[:, j]
        self._filled = rows.stop

    def taken(self) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
        """Return features and labels without spare room; nothing can be added afterwards."""
        self._resize(self._filled)
        return self._features, self._labels

    def _resize(self, capacity: int) -> None:
        if capacity != len(self._features):
            self._features.resize((capacity, self._features.shape[1]), refcheck=False)
            if self._labels is not None:
                self._labels.resize(capacity, refcheck=False)
