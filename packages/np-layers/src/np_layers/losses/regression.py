"""Losses of regression: functions of the differences between predictions and targets."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from np_layers._checks import class_targets, one_hot_rows, same_shape
from np_layers._types import Array
from np_layers.arithmetic import get_arithmetic
from np_layers.functional import floating
from np_layers.losses._reduction import Reduction, reduced, scale_of
from np_layers.losses.registry import register_loss


@overload
def mean_squared_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Reduction = "mean",
    arithmetic: str = "native",
) -> tuple[float, Array]: ...


@overload
def mean_squared_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Literal["none"],
    arithmetic: str = "native",
) -> tuple[Array, Array]: ...


@register_loss
def mean_squared_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: str = "mean",
    arithmetic: str = "native",
) -> tuple[float | Array, Array]:
    """Return L = mean of (y − t)² over all elements (or their sum), and dL/dy.

    Parameters
    ----------
    predictions : ndarray
        y, any shape.
    targets : ndarray
        t, the shape of y. If y is (batch, classes), class ids (batch,) stand for one-hot rows.
    reduction : str
        ``"mean"`` over all elements, ``"sum"``, or ``"none"`` for the shape of y.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float or ndarray, ndarray)
        L and its gradient 2 (y − t) / size, or 2 (y − t) for the sum.

    Raises
    ------
    ValueError
        If the shapes differ or an id is not a class.

    Notes
    -----
    Some texts use ½ Σ_k (y_k − t_k)², averaged over rows. That is classes/2 times this mean, so
    their learning rate times classes/2 gives the same steps.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    (2.5, array([[ 1., -2.]]))
    """
    functions = get_arithmetic(arithmetic)
    d = _differences(predictions, targets)
    scale = scale_of(reduction, d.size)
    loss = reduced(np.square(d), reduction, scale, functions)
    d *= 2 * scale
    return loss, d


@overload
def mean_absolute_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Reduction = "mean",
    arithmetic: str = "native",
) -> tuple[float, Array]: ...


@overload
def mean_absolute_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Literal["none"],
    arithmetic: str = "native",
) -> tuple[Array, Array]: ...


@register_loss
def mean_absolute_error(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: str = "mean",
    arithmetic: str = "native",
) -> tuple[float | Array, Array]:
    """Return the L1 loss, L = mean of |y − t| over all elements (or their sum), and dL/dy.

    Parameters
    ----------
    predictions : ndarray
        y, any shape.
    targets : ndarray
        t, as in `mean_squared_error`.
    reduction : str
        ``"mean"`` over all elements, ``"sum"``, or ``"none"`` for the shape of y.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float or ndarray, ndarray)
        L and its gradient sign(y − t) / size, or sign(y − t) for the sum. It is 0 where y = t.

    Raises
    ------
    ValueError
        If the shapes differ or an id is not a class.

    Examples
    --------
    >>> mean_absolute_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    (1.5, array([[ 0.5, -0.5]]))
    """
    functions = get_arithmetic(arithmetic)
    d = _differences(predictions, targets)
    scale = scale_of(reduction, d.size)
    grad = np.sign(d)
    grad *= scale
    return reduced(np.abs(d), reduction, scale, functions), grad


@overload
def huber(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Reduction = "mean",
    delta: float = 1.0,
    arithmetic: str = "native",
) -> tuple[float, Array]: ...


@overload
def huber(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Literal["none"],
    delta: float = 1.0,
    arithmetic: str = "native",
) -> tuple[Array, Array]: ...


@register_loss
def huber(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: str = "mean",
    delta: float = 1.0,
    arithmetic: str = "native",
) -> tuple[float | Array, Array]:
    """Return the Huber loss, quadratic for small errors and linear for large ones, and dL/dy.

    L = d²/2 for |d| ≤ δ, else δ |d| − δ²/2, with d = y − t, averaged over all elements or added.

    Parameters
    ----------
    predictions : ndarray
        y, any shape.
    targets : ndarray
        t, as in `mean_squared_error`.
    reduction : str
        ``"mean"`` over all elements, ``"sum"``, or ``"none"`` for the shape of y.
    delta : float
        δ > 0, where the two parts meet.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float or ndarray, ndarray)
        L and its gradient c / size, or c for the sum.

    Raises
    ------
    ValueError
        If the shapes differ, an id is not a class, or delta is not positive.

    Notes
    -----
    With c = d, limited to [−δ, δ], both parts are c (d − c/2), and dL/dd = c.

    References
    ----------
    Huber, "Robust estimation of a location parameter", 1964.

    Examples
    --------
    >>> huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    (array([0.125, 2.5  ]), array([0.5, 1. ]))
    """
    functions = get_arithmetic(arithmetic)
    if not 0 < delta < np.inf:
        raise ValueError(f"delta must be positive and finite, got {delta!r}")
    d = _differences(predictions, targets)
    scale = scale_of(reduction, d.size)
    c = np.clip(d, -delta, delta)
    d -= c / 2
    d *= c
    c *= scale
    return reduced(d, reduction, scale, functions), c


def _differences(predictions: ArrayLike, targets: ArrayLike) -> Array:
    """Return y − t in the dtype of y, in a new array."""
    y = floating(predictions, "predictions")
    t = np.asarray(targets)
    if y.ndim == 2 and y.shape[1] > 1 and t.ndim == 1 and t.dtype.kind in "iu":
        t = one_hot_rows(class_targets(t, y), y)
    return np.asarray(y - same_shape(t, y).astype(y.dtype, copy=False))
