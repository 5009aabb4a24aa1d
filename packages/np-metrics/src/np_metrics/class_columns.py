"""Which column of a score matrix belongs to which label: the j-th to the j-th label, ascending."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.labels import distinct_labels, encode
from np_metrics.validation import label_array, same_length


def class_columns(
    name: str, y_true: ArrayLike, scores: NDArray[Any], labels: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the column index of every true label, (N,), and the scores as (N, K).

    One column, or a flat array, holds the probability of the greater of two labels; its complement
    becomes the column of the other.
    """
    true = label_array("y_true", y_true)
    same_length(**{"y_true": true, name: scores})
    if scores.ndim == 1 or scores.shape[1] == 1:
        flat = scores.reshape(-1)
        scores = np.stack([1 - flat, flat], axis=1)
    return column_codes(name, true, scores.shape[1], labels), scores


def column_codes(
    name: str, true: NDArray[Any], columns: int, labels: ArrayLike | None
) -> NDArray[np.intp]:
    """Return the index of every true label among the ``columns`` labels."""
    if labels is None:
        codes = encode(true, true)
        chosen = codes.occurring()
        advice = f"{len(chosen)} labels in y_true: pass all labels as labels="
    else:
        asked = distinct_labels("labels", labels)
        if (asked[1:] < asked[:-1]).any():
            raise ValueError(
                f"labels must ascend, as the columns of {name} do; got {asked.tolist()}"
            )
        codes = encode(true, true, asked)
        chosen = np.asarray(codes.wanted)
        advice = f"{len(chosen)} labels"
    if len(chosen) != columns:
        raise ValueError(f"{name} must have one column per label; got {columns} and {advice}")
    position = np.full(len(codes.classes), -1)
    position[chosen] = np.arange(columns)
    index: NDArray[np.intp] = position[codes.y_true]
    if (index < 0).any():
        stray = codes.classes[[codes.y_true[np.argmin(index)]]].tolist()[0]
        raise ValueError(f"labels must hold every label of y_true; got {stray!r} in y_true")
    return index
