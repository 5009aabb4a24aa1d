"""What a history is: equally long columns of one number per epoch, by name."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_viz._check import vector

SPLITS = ("train", "val", "test")
STEPS = ("epoch", "iteration", "step")


def read_history(
    history: Mapping[str, ArrayLike], name: str = "history"
) -> dict[str, NDArray[np.float64]]:
    """Columns as float64 vectors of one length; infinities become NaN, which lines leave out."""
    if not isinstance(history, Mapping):
        raise TypeError(
            f"{name} must be a mapping of column name to array, got {type(history).__name__}"
        )
    columns = {str(key): vector(value, f"{name}[{key!r}]") for key, value in history.items()}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of {name} must be equally long, got {lengths}")
    return {key: np.where(np.isfinite(c), c, np.nan) for key, c in columns.items()}


def steps_of(columns: Mapping[str, NDArray[np.float64]]) -> tuple[str, NDArray[np.float64]]:
    """Return name and values of the horizontal axis: a column of ``STEPS``, or epochs from 1."""
    for name in STEPS:
        if name in columns:
            return name, columns[name]
    length = max((len(column) for column in columns.values()), default=0)
    return "epoch", np.arange(1.0, length + 1.0)


def splits_of(columns: Mapping[str, Any], measure: str) -> dict[str, str]:
    """Columns of one measure: split name to column name; a bare column counts as ``train``."""
    found = {split: f"{split}_{measure}" for split in SPLITS if f"{split}_{measure}" in columns}
    if measure in columns and "train" not in found:
        found = {"train": measure, **found}
    return found
