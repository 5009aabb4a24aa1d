"""A confusion matrix of data that arrives in parts, from one stream or from many workers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_ratios import averaged
from np_metrics.counts import pair_table, table_counts
from np_metrics.labels import label_pair
from np_metrics.validation import one_of, whole_number, zero_division_value


class ConfusionMatrix:
    """Counts of (true, predicted) pairs of class ids 0 … num_classes - 1.

    value()[i, j] = number of samples of class i predicted as class j

    Counts are whole, so parts merged in any order equal the whole exactly. All classes are indexed
    by their id, whether or not they have occurred.

    Parameters
    ----------
    num_classes : number of classes K, at least 1.

    Raises
    ------
    ValueError, TypeError
        For a ``num_classes`` below 1, or no integer.

    Examples
    --------
    >>> matrix = ConfusionMatrix(3).update([0, 0, 2], [0, 2, 2])
    >>> matrix.merge(ConfusionMatrix(3).update([2], [0])).value()
    array([[1, 0, 1],
           [0, 0, 0],
           [1, 0, 1]])
    >>> matrix.accuracy(), matrix.recall(average=None)
    (0.5, array([0.5, 0. , 0.5]))
    """

    def __init__(self, num_classes: int) -> None:
        self.num_classes = whole_number("num_classes", num_classes, least=1)
        self._table = np.zeros((self.num_classes, self.num_classes), dtype=np.int64)

    def update(self, y_true: ArrayLike, y_pred: ArrayLike) -> ConfusionMatrix:
        """Count more samples, in place, and return self.

        Parameters
        ----------
        y_true, y_pred : (N,) integer class ids from 0 to num_classes - 1.

        Raises
        ------
        ValueError
            For lengths that differ, no label at all, or ids out of range.
        TypeError
            For labels that are no integers.
        """
        true, pred = label_pair(y_true, y_pred)
        for name, ids in (("y_true", true), ("y_pred", pred)):
            if ids.dtype.kind == "U":
                raise TypeError(f"{name} must hold integer class ids; got dtype {ids.dtype}")
            out = ids.max() if ids.max() >= self.num_classes else ids.min()
            if not 0 <= out < self.num_classes:
                raise ValueError(f"{name} must lie in [0, {self.num_classes}); got {int(out)}")
        self._table += pair_table(true, pred, self.num_classes)
        return self

    def merge(self, other: ConfusionMatrix) -> ConfusionMatrix:
        """Add the counts of ``other``, in place, and return self.

        Raises
        ------
        TypeError
            If ``other`` is no ConfusionMatrix.
        ValueError
            If it has another number of classes.
        """
        if not isinstance(other, ConfusionMatrix):
            raise TypeError(f"other must be a ConfusionMatrix; got {type(other).__name__}")
        if other.num_classes != self.num_classes:
            raise ValueError(
                f"other must have num_classes={self.num_classes}; got {other.num_classes}"
            )
        self._table += other._table
        return self

    def value(self) -> NDArray[np.int64]:
        """Return the counts, int64 of shape (num_classes, num_classes), as a copy."""
        return self._table.copy()

    def accuracy(self) -> float:
        """Return the share of right answers.

        Raises
        ------
        RuntimeError
            Before the first update.
        """
        if not self._table.any():
            raise RuntimeError("accuracy() needs an update() first; got no sample yet")
        return float(np.trace(self._table) / self._table.sum())

    def precision(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return `precision` with ``labels=range(num_classes)``."""
        return self._ratio(0.0, average, zero_division)

    def recall(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return `recall` with ``labels=range(num_classes)``."""
        return self._ratio(1.0, average, zero_division)

    def f1(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return `f1` with ``labels=range(num_classes)``."""
        return self._ratio(0.5, average, zero_division)

    def _ratio(
        self, share: float, average: str | None, zero_division: float
    ) -> float | NDArray[np.float64]:
        one_of("average", average, ("macro", "micro", "weighted", None))
        zero_division = zero_division_value(zero_division)
        return averaged(table_counts(self._table), share, average, zero_division)
