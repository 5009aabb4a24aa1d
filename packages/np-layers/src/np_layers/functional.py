"""softmax, log_softmax and sigmoid, computed so that nothing overflows."""

from __future__ import annotations

import numpy as np

from np_layers._types import Array


def softmax(x: Array, *, axis: int = -1) -> Array:
    """Return softmax(x)_k = exp(x_k) / Σ_j exp(x_j) along ``axis``.

    Parameters
    ----------
    x : ndarray
        Logits, any shape; −inf marks an impossible class. A row that holds only −inf gives NaN.
    axis : int
        The axis that sums to one.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Notes
    -----
    A constant added to a row cancels. So the maximum of each row is subtracted first, and the
    largest exponent is 0. (The maximum of all rows would make a row far below it 0/0.)

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
    x : ndarray
        Logits, any shape.
    axis : int
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


def sigmoid(x: Array, *, out: Array | None = None) -> Array:
    """Return σ(x) = 1 / (1 + exp(−x)).

    Parameters
    ----------
    x : ndarray
        Any shape.
    out : ndarray
        Where the result is written; a new array if left out.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Notes
    -----
    Computed as exp(min(x, 0)) / (1 + exp(−|x|)), which is the same. No exponent is positive, and
    small values keep all their digits.

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    x = floating(x)
    return np.asarray(np.divide(np.exp(np.minimum(x, 0)), 1 + np.exp(-np.abs(x)), out=out))


def floating(x: Array, name: str = "x") -> Array:
    """Return x if it is floating, integers and booleans as float64; TypeError for other kinds."""
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got an array of dtype {x.dtype}")
    return x if x.dtype.kind == "f" else x.astype(np.float64)
