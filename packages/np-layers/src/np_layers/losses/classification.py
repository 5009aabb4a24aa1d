"""Losses of classification: cross entropy and binary cross entropy."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from np_layers._checks import class_targets, one_hot_rows, same_shape
from np_layers._types import Array
from np_layers.arithmetic import get_arithmetic
from np_layers.functional import floating
from np_layers.losses._reduction import Reduction, checked_weights, reduced, scale_of
from np_layers.losses.registry import register_loss

FEW_CLASSES = 128  # a float32 sum over so many classes keeps six digits


@overload
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[float, Array]: ...


@overload
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Literal["none"],
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[Array, Array]: ...


@register_loss
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[float | Array, Array]:
    """Return the cross entropy L of softmax(logits) under the targets, and dL/dlogits.

    L_n = −Σ_k t_nk log p_nk with p = softmax(z), averaged ("mean") or added ("sum") over rows n.

    Parameters
    ----------
    logits : ndarray of shape (batch, classes)
        z, the outputs of a linear layer; −inf marks an impossible class.
    targets : ndarray of shape (batch,) or (batch, classes)
        Class ids 0 … classes − 1 (integers), or probability rows t.
    reduction : str
        ``"mean"`` over the rows, ``"sum"``, or ``"none"`` for L_n of shape (batch,).
    label_smoothing : float
        ε in [0, 1): t becomes (1 − ε) t + ε/classes (Szegedy et al., 2016).
    class_weights : array_like of shape (classes,), optional
        w: t_nk becomes w_k t_nk. With class ids y, the mean divides by Σ_n w[y_n], with
        probability rows by the number of rows, as in PyTorch.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float or ndarray, ndarray of shape (batch, classes))
        L and its gradient.

    Raises
    ------
    ValueError
        If an id is not a class or a row is not a distribution (the message names the row), or if
        an option is out of range.
    TypeError
        If the ids are not integers.

    Warns
    -----
    UserWarning
        If the logits are rows of probabilities, as a `Softmax` layer returns them. Leave that
        layer out: the softmax is part of this loss, and a second one makes learning slow.

    Notes
    -----
    log p_k = z_k − log Σ_j exp(z_j), so dL_n/dz_k = −t_k + (Σ_j t_j) p_k. Without weights this is
    p_k − t_k: the derivatives of softmax and logarithm cancel.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> loss, grad = cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), grad
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """
    z, functions = floating(logits, "logits"), get_arithmetic(arithmetic)
    if z.ndim != 2:
        hint = "; put Flatten() before the last Dense layer" if z.ndim > 2 else ""
        raise ValueError(f"logits must have shape (batch, classes), got {z.shape}{hint}")
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must be in [0, 1), got {label_smoothing!r}")
    targets = class_targets(targets, z)
    count: float = len(z)
    if class_weights is not None:
        w = checked_weights("class_weights", class_weights, z.shape[1:])
        if targets.ndim == 1:
            count = float(functions.total(w[targets], 0))
    scale = scale_of(reduction, count)
    if _are_probabilities(z, functions):
        warnings.warn(
            "cross_entropy takes logits, got rows of probabilities; leave out the Softmax layer "
            "before it",
            stacklevel=2,
        )

    # With the classes on the first axis, sums over classes add whole vectors.
    log_p = np.array(z.T, order="C")
    with np.errstate(invalid="ignore"):
        log_p -= np.max(log_p, axis=0, initial=-np.inf)
    p = functions.exp(log_p)
    total = _over_classes(p, functions)
    p /= total
    log_p -= functions.log(total)

    if targets.ndim == 1 and not label_smoothing and class_weights is None:
        rows = np.arange(len(z))
        losses = -log_p[targets, rows]
        p[targets, rows] -= 1
    else:
        t = one_hot_rows(targets, z).T * (1 - label_smoothing) + label_smoothing / z.shape[1]
        t = t.astype(z.dtype, copy=False)
        if class_weights is not None:
            t *= w.astype(z.dtype)[:, None]
            p *= _over_classes(t, functions)
        # A class with t = 0 adds 0, even where log p = −inf.
        losses = np.multiply(t, log_p, where=t > 0, out=np.zeros_like(t))
        losses = -_over_classes(losses, functions)
        p -= t
    if scale != 1:
        p *= scale
    return reduced(losses, reduction, scale, functions), np.ascontiguousarray(p.T)


@overload
def binary_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Reduction = "mean",
    pos_weight: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[float, Array]: ...


@overload
def binary_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: Literal["none"],
    pos_weight: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[Array, Array]: ...


@register_loss
def binary_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    reduction: str = "mean",
    pos_weight: ArrayLike | None = None,
    arithmetic: str = "native",
) -> tuple[float | Array, Array]:
    """Return the binary cross entropy L with p = σ(logits), and dL/dlogits.

    L = −t log p − (1 − t) log(1 − p), averaged over all elements or added.

    Parameters
    ----------
    logits : ndarray
        z, any shape; each element is the logit of one yes/no question.
    targets : ndarray
        t in [0, 1], the shape of z.
    reduction : str
        ``"mean"`` over all elements, ``"sum"``, or ``"none"`` for the shape of z.
    pos_weight : float or array_like, optional
        Weight w of the positive targets: t log p becomes w t log p, as in PyTorch. An array must
        broadcast to the shape of z, for example one weight for each column.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float or ndarray, ndarray)
        L and its gradient (σ(z) − t) / size, or σ(z) − t for the sum.

    Raises
    ------
    ValueError
        If the shapes differ, a weight is negative, or a target is not in [0, 1]; the message names
        the row.

    Notes
    -----
    With −log p = log(1 + e⁻ᶻ) and −log(1 − p) = z + log(1 + e⁻ᶻ) the loss is
    max(z, 0) − z t + log(1 + e^(−|z|)), which cannot overflow.

    Examples
    --------
    >>> loss, grad = binary_cross_entropy(np.array([0.0, 1e4]), np.array([1, 0]))
    >>> round(loss, 4), grad
    (5000.3466, array([-0.25,  0.5 ]))
    """
    z, functions = floating(logits, "logits"), get_arithmetic(arithmetic)
    scale = scale_of(reduction, z.size)
    t = same_shape(targets, z).astype(z.dtype, copy=False)
    wrong = ~((t >= 0) & (t <= 1))
    if wrong.any():
        row = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"targets must be in [0, 1], got {t[row]} in row {row[0] if row else 0}")
    log_sum = functions.log1p(functions.exp(-np.abs(z)))
    losses = np.maximum(z, 0) - z * t + log_sum
    grad = functions.sigmoid(z)
    if pos_weight is not None:
        more = (checked_weights("pos_weight", pos_weight, z.shape) - 1).astype(z.dtype) * t
        losses += more * (np.maximum(-z, 0) + log_sum)
        grad += more * (grad - 1)
    grad -= t
    grad *= scale
    return reduced(losses, reduction, scale, functions), grad


def _over_classes(terms: Array, functions: ModuleType) -> Array:
    """Add the terms (classes, batch) over the classes, in float64 if there are many classes."""
    dtype = np.dtype(np.float64) if len(terms) > FEW_CLASSES else terms.dtype
    return np.asarray(functions.total(terms, 0, dtype=dtype), terms.dtype)


def _are_probabilities(z: Array, functions: ModuleType) -> bool:
    """Return whether rows z are probabilities: in [0, 1], with sum 1, and not only 0 and 1."""
    if z.shape[1] < 2 or len(z) < 2 or z.min() < 0:
        return False
    one = np.abs(functions.total(z, 1, dtype=np.float64) - 1) < 1e-5
    return bool(one.all() and ((z > 0) & (z < 1)).any())
