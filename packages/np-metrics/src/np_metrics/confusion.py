"""Confusion matrix: how often samples of each class were predicted as each class."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import integer, one_of, weight_array, zero_division_value
from np_metrics._counts import chosen_table, pair_table, table_counts
from np_metrics._labels import encode, label_pair
from np_metrics.precision_recall import averaged_ratio


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    normalize: str | None = None,
) -> NDArray[Any]:
    """Return C with C[i, j] = number of samples of class i that were predicted as class j.

    Parameters
    ----------
    y_true, y_pred, labels, sample_weight
        See ``help(np_metrics)``. Samples with a label that is not in ``labels`` are left out.
    normalize : {"true", "pred", "all", None}
        Divide each row, each column, or all by the sum; 0/0 is 0.

    Returns
    -------
    ndarray of shape (K, K)
        int64 counts; float64 with ``normalize``, or if the weights are floats or sum to 2⁵³ or
        more.

    Raises
    ------
    ValueError
        None of ``labels`` occurs in ``y_true``.

    References
    ----------
    K. Pearson, On the theory of contingency, Drapers' Company Research Memoirs, 1904.

    Examples
    --------
    >>> confusion_matrix([2, 0, 2, 0], [2, 0, 0, 0], labels=range(3))
    array([[2, 0, 0],
           [0, 0, 0],
           [1, 0, 1]])
    """
    one_of("normalize", normalize, ("true", "pred", "all", None))
    codes = encode(y_true, y_pred, labels)
    weights = weight_array(sample_weight, len(codes.y_true))
    chosen, matrix = chosen_table(codes, weights)
    if not matrix.any() and not np.isin(chosen, codes.y_true).any():
        raise ValueError(
            f"labels must contain a label of y_true, got {codes.classes[chosen].tolist()}"
        )
    if normalize is None:
        return matrix
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    total = matrix.sum(axis=axis, keepdims=True)
    shares = np.zeros(matrix.shape)
    np.divide(matrix, total, out=shares, where=total > 0)
    return shares


class ConfusionMatrix:
    """Streaming confusion matrix of class ids 0 … num_classes - 1.

    value()[i, j] = number of samples of class i that were predicted as class j

    The counts are integers, so parts of the samples, merged in any order, give the same matrix.

    Parameters
    ----------
    num_classes : int
        Number of classes K, at least 1.

    Examples
    --------
    >>> matrix = ConfusionMatrix(3).update([0, 0, 2], [0, 2, 2])
    >>> matrix.merge(ConfusionMatrix(3).update([2], [0])).value()
    array([[1, 0, 1],
           [0, 0, 0],
           [1, 0, 1]])
    >>> matrix.accuracy(), matrix.recall(average=None)
    (0.5, array([0.5, 0. , 0.5]))
    >>> matrix
    ConfusionMatrix(3): 4 samples, accuracy 0.5
    """

    def __init__(self, num_classes: int) -> None:
        self.num_classes = integer("num_classes", num_classes, minimum=1)
        self._table = np.zeros((self.num_classes, self.num_classes), dtype=np.int64)

    def update(self, y_true: ArrayLike, y_pred: ArrayLike) -> ConfusionMatrix:
        """Count more samples, in place, and return self.

        Parameters
        ----------
        y_true, y_pred : array_like of shape (N,)
            Integer class ids from 0 to num_classes - 1.

        Raises
        ------
        ValueError
            The lengths differ, no label was given, or an id is out of range.
        """
        true, pred = label_pair(y_true, y_pred)
        for name, ids in (("y_true", true), ("y_pred", pred)):
            if ids.dtype.kind == "U":
                raise TypeError(f"{name} must hold integer class ids, got dtype {ids.dtype}")
            extreme = ids.max() if ids.max() >= self.num_classes else ids.min()
            if not 0 <= extreme < self.num_classes:
                raise ValueError(f"{name} must lie in [0, {self.num_classes}), got {int(extreme)}")
        self._table += pair_table(true, pred, self.num_classes)
        return self

    def merge(self, other: ConfusionMatrix) -> ConfusionMatrix:
        """Add the counts of ``other``, in place, and return self.

        Raises
        ------
        ValueError
            ``other`` has another number of classes.
        """
        if other.num_classes != self.num_classes:
            raise ValueError(
                f"other must have num_classes={self.num_classes}, got {other.num_classes}"
            )
        self._table += other._table
        return self

    def value(self) -> NDArray[np.int64]:
        """Return a copy of the counts, int64 of shape (num_classes, num_classes)."""
        return self._table.copy()

    def accuracy(self) -> float:
        """Return the share of correct predictions.

        Before the first update, all scores raise RuntimeError.
        """
        self._check_updated("accuracy")
        return float(np.trace(self._table) / self._table.sum())

    @overload
    def precision(self, *, average: None, zero_division: float = ...) -> NDArray[np.float64]: ...
    @overload
    def precision(self, *, average: str = ..., zero_division: float = ...) -> float: ...
    def precision(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return ``np_metrics.precision`` with ``labels=range(num_classes)``."""
        return self._ratio("precision", 0.0, average, zero_division)

    @overload
    def recall(self, *, average: None, zero_division: float = ...) -> NDArray[np.float64]: ...
    @overload
    def recall(self, *, average: str = ..., zero_division: float = ...) -> float: ...
    def recall(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return ``np_metrics.recall`` with ``labels=range(num_classes)``."""
        return self._ratio("recall", 1.0, average, zero_division)

    @overload
    def f1(self, *, average: None, zero_division: float = ...) -> NDArray[np.float64]: ...
    @overload
    def f1(self, *, average: str = ..., zero_division: float = ...) -> float: ...
    def f1(
        self, *, average: str | None = "macro", zero_division: float = 0
    ) -> float | NDArray[np.float64]:
        """Return ``np_metrics.f1`` with ``labels=range(num_classes)``."""
        return self._ratio("f1", 0.5, average, zero_division)

    def _ratio(
        self, name: str, r: float, average: str | None, zero_division: float
    ) -> float | NDArray[np.float64]:
        one_of("average", average, ("macro", "micro", "weighted", None))
        zero_division = zero_division_value(zero_division)
        self._check_updated(name)
        return averaged_ratio(table_counts(self._table), r, average, zero_division)

    def _check_updated(self, name: str) -> None:
        if not self._table.any():
            raise RuntimeError(f"{name}() needs a sample, got none; call update() first")

    def __repr__(self) -> str:
        n = int(self._table.sum())
        score = f", accuracy {self.accuracy():.4g}" if n else ""
        return f"ConfusionMatrix({self.num_classes}): {n} samples{score}"

    def _repr_html_(self) -> str:
        """Return a table with a row for each true class and a column for each predicted class."""
        ids = "".join(f"<th>{j}</th>" for j in range(self.num_classes))
        rows = [
            f"<tr><th>{i}</th>{''.join(f'<td>{count}</td>' for count in row)}</tr>"
            for i, row in enumerate(self._table.tolist())
        ]
        head = f"<tr><th>true \\ predicted</th>{ids}</tr>"
        return f"<table><caption>{self!r}</caption>{head}{''.join(rows)}</table>"
