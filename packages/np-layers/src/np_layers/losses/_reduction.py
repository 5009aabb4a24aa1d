"""The reduction over rows and the check of weights, which the losses share."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from np_layers._types import Array, Shape

Reduction = Literal["mean", "sum"]


def scale_of(reduction: str, count: float) -> float:
    """Return the factor that turns a sum into the reduction; ValueError if that is unknown."""
    if reduction == "mean":
        return 1 / (count or 1)
    if reduction in ("sum", "none"):
        return 1.0
    raise ValueError(f'reduction must be "mean", "sum" or "none", got {reduction!r}')


def reduced(losses: Array, reduction: str, scale: float, functions: ModuleType) -> Any:
    """Return the losses, or their sum over all axes, in float64, times ``scale``."""
    if reduction == "none":
        return losses
    return float(functions.total(losses, tuple(range(losses.ndim)), dtype=np.float64)) * scale


def checked_weights(name: str, value: ArrayLike, shape: Shape) -> Array:
    """Return checked weights as float64 in ``shape``."""
    weights = np.asarray(value, np.float64)
    if not ((weights >= 0) & (weights < np.inf)).all():
        raise ValueError(f"{name} must be finite and not negative, got {value!r}")
    try:
        return np.broadcast_to(weights, shape)
    except ValueError as error:
        raise ValueError(f"{name} must have shape {shape}, got {weights.shape}") from error
