"""Targets of losses: checked here once, so that a bad label is named by its row."""

from __future__ import annotations

import numpy as np

from np_layers._types import Array


def class_rows(targets: Array, logits: Array) -> Array:
    """Return checked targets: class ids (batch,), or probability rows (batch, classes).

    Raises
    ------
    ValueError
        If the shape fits neither, an id is no class, or a row is no distribution.
    TypeError
        If one-dimensional targets are not integers.
    """
    targets = np.asarray(targets)
    batch, classes = logits.shape
    if targets.shape == (batch, classes):
        return _checked_distributions(targets)
    if targets.shape != (batch,):
        raise ValueError(
            f"targets must have shape ({batch},) or ({batch}, {classes}), got {targets.shape}"
        )
    if targets.dtype.kind not in "iu":
        raise TypeError(
            f"class ids must be integers, got dtype {targets.dtype}; use targets.astype(int)"
        )
    if batch and (int(targets.max()) >= classes or int(targets.min()) < 0):
        row = int(np.argmax((targets < 0) | (targets >= classes)))
        raise ValueError(
            f"class ids must be 0 … {classes - 1}, got {targets[row]} in row {row}; "
            "the last layer needs one unit per class"
        )
    return targets


def one_hot_rows(targets: Array, logits: Array) -> Array:
    """Return checked targets as rows (batch, classes) in the dtype of the logits."""
    if targets.ndim == 2:
        return targets.astype(logits.dtype, copy=False)
    rows = np.zeros(logits.shape, logits.dtype)
    rows[np.arange(len(targets)), targets] = 1
    return rows


def same_shape(targets: Array, predictions: Array) -> Array:
    """Return the targets, or raise ValueError when they would have to be broadcast."""
    targets = np.asarray(targets)
    if targets.shape != predictions.shape:
        hint = ""
        if targets.size == predictions.size:
            hint = f"; targets.reshape{predictions.shape} may be meant"
        raise ValueError(
            f"targets must have the predictions' shape {predictions.shape}, "
            f"got {targets.shape}{hint}"
        )
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"targets must be real numbers, got an array of dtype {targets.dtype}")
    return targets


def _checked_distributions(targets: Array) -> Array:
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"probability rows must be numbers, got dtype {targets.dtype}")
    sums = np.sum(targets, axis=1, dtype=np.float64)
    wrong = ~((np.abs(sums - 1) < 1e-3) & np.all(targets >= 0, axis=1))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"each row of targets must be a distribution (not negative, sum 1), "
            f"got {targets[row].tolist()} in row {row}"
        )
    return targets
