"""softmax, log_softmax and sigmoid, computed so that nothing overflows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_layers._types import Array
from np_layers.arithmetic import get_arithmetic


def softmax(x: ArrayLike, *, axis: int = -1, arithmetic: str = "native") -> Array:
    """Return softmax(x)_k = exp(x_k) / Σ_j exp(x_j) along ``axis``.

    Parameters
    ----------
    x : ndarray
        Logits, any shape; −inf marks an impossible class. A row that holds only −inf gives NaN.
    axis : int
        The axis that sums to one.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Notes
    -----
    A constant that is added to a row cancels. So the maximum of each row is subtracted first, and
    the largest exponent is 0. (If the maximum of all rows were subtracted, a row far below it
    would become 0/0.)

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [-1e4, 1e4]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    x, functions = floating(x), get_arithmetic(arithmetic)
    with np.errstate(invalid="ignore"):
        y = np.asarray(np.subtract(x, np.max(x, axis=axis, keepdims=True)))
    functions.exp(y, out=y)
    y /= functions.total(y, axis, keepdims=True)
    return y


def log_softmax(x: ArrayLike, *, axis: int = -1, arithmetic: str = "native") -> Array:
    """Return log softmax(x)_k = x_k − log Σ_j exp(x_j) along ``axis``.

    Parameters
    ----------
    x : ndarray
        Logits, any shape.
    axis : int
        The axis whose exponentials sum to one.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    ndarray
        The shape and floating dtype of x; finite where the logarithm of `softmax` would be −inf.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1e4]))
    array([-10000.,      0.])
    """
    x, functions = floating(x), get_arithmetic(arithmetic)
    with np.errstate(invalid="ignore"):
        y = np.asarray(np.subtract(x, np.max(x, axis=axis, keepdims=True)))
    y -= functions.log(functions.total(functions.exp(y), axis, keepdims=True))
    return y


def sigmoid(x: ArrayLike, *, out: Array | None = None, arithmetic: str = "native") -> Array:
    """Return σ(x) = 1 / (1 + exp(−x)).

    Parameters
    ----------
    x : ndarray
        Any shape.
    out : ndarray
        Where the result is written; a new array if left out.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    ndarray
        The shape and floating dtype of x.

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    y: Array = get_arithmetic(arithmetic).sigmoid(floating(x), out=out)
    return y


def floating(x: ArrayLike, name: str = "x") -> Array:
    """Return x if it is floating, integers and booleans as float64; TypeError for other kinds."""
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got an array of dtype {x.dtype}")
    return x if x.dtype.kind == "f" else x.astype(np.float64)
