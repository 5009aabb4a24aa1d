"""Functions of arrays that layers and losses share, written so that no intermediate overflows."""

from __future__ import annotations

import numpy as np

from np_layers._types import Array


def softmax(x: Array, *, axis: int = -1) -> Array:
    """Return softmax(x)_k = exp(x_k) / Σ_j exp(x_j) along ``axis``.

    Parameters
    ----------
    x
        Logits, any shape; −inf marks an impossible class. A row of nothing but −inf gives NaN.
    axis
        The axis that sums to one.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Notes
    -----
    A constant added to a row cancels, so each row's own maximum is subtracted first: the largest
    exponent is then 0. The maximum of all rows would not do: a row far below it would be 0/0.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [-1e4, 1e4]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    x = floating(x)
    with np.errstate(invalid="ignore"):
        y = np.asarray(np.subtract(x, np.max(x, axis=axis, keepdims=True)))
    np.exp(y, out=y)
    y /= np.sum(y, axis=axis, keepdims=True)
    return y


def log_softmax(x: Array, *, axis: int = -1) -> Array:
    """Return log softmax(x)_k = x_k − log Σ_j exp(x_j) along ``axis``.

    Parameters
    ----------
    x
        Logits, any shape.
    axis
        The axis whose exponentials sum to one.

    Returns
    -------
    ndarray
        The shape and floating dtype of x; finite where the logarithm of `softmax` would be −inf.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1e4]))
    array([-10000.,      0.])
    """
    x = floating(x)
    with np.errstate(invalid="ignore"):
        y = np.asarray(np.subtract(x, np.max(x, axis=axis, keepdims=True)))
    y -= np.log(np.sum(np.exp(y), axis=axis, keepdims=True))
    return y


def sigmoid(x: Array) -> Array:
    """Return σ(x) = 1 / (1 + exp(−x)).

    Parameters
    ----------
    x
        Any shape.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Notes
    -----
    Written as exp(min(x, 0)) / (1 + exp(−|x|)), which is the same and whose exponents are never
    positive; small values keep all their digits.

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    x = floating(x)
    return np.asarray(np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))))


def floating(x: Array, name: str = "x") -> Array:
    """Return x as it is when floating, integers and truth values as float64; refuse others."""
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got an array of dtype {x.dtype}")
    return x if x.dtype.kind == "f" else x.astype(np.float64)
