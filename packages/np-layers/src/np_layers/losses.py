"""Loss functions: each returns the loss and its gradient.

The loss is a Python float; the gradient dL/dpredictions has the shape and dtype of the predictions.
``reduction`` is ``"mean"`` or ``"sum"``. Arguments are never written. An empty batch has loss 0.0.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np

from np_layers._checks import class_targets, one_hot_rows, same_shape
from np_layers._types import Array
from np_layers.arithmetic import get_arithmetic
from np_layers.functional import floating
from np_layers.loss_registry import register_loss

FEW_CLASSES = 128  # a float32 sum over so many classes keeps six digits


@register_loss
def cross_entropy(
    logits: Array,
    targets: Array,
    *,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    arithmetic: str = "native",
) -> tuple[float, Array]:
    """Return the cross entropy L of softmax(logits) under the targets, and dL/dlogits.

    L_n = −Σ_k t_nk log p_nk with p = softmax(z), averaged ("mean") or added ("sum") over rows n.

    Parameters
    ----------
    logits : ndarray of shape (batch, classes)
        z, the outputs of a linear layer; −inf marks an impossible class.
    targets : ndarray of shape (batch,) or (batch, classes)
        Class ids 0 … classes − 1 (integers), or probability rows t.
    reduction : str
        ``"mean"`` over the rows, or ``"sum"``.
    label_smoothing : float
        ε in [0, 1): t becomes (1 − ε) t + ε/classes (Szegedy et al., 2016).
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float, ndarray of shape (batch, classes))
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
    log p_k = z_k − log Σ_j exp(z_j), so dL_n/dz_k = −t_k + (Σ_j t_j) p_k = p_k − t_k: the
    derivatives of softmax and logarithm cancel.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> loss, grad = cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), grad
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """
    z, functions = _floating_logits(logits), get_arithmetic(arithmetic)
    scale = _scale(reduction, len(z))
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must be in [0, 1), got {label_smoothing!r}")
    targets = class_targets(targets, z)
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

    if targets.ndim == 1 and not label_smoothing:
        rows = np.arange(len(z))
        losses = -log_p[targets, rows]
        p[targets, rows] -= 1
    else:
        t = one_hot_rows(targets, z).T * (1 - label_smoothing) + label_smoothing / z.shape[1]
        t = t.astype(z.dtype, copy=False)
        # A class with t = 0 adds 0, even where log p = −inf.
        losses = np.multiply(t, log_p, where=t > 0, out=np.zeros_like(t))
        losses = -_over_classes(losses, functions)
        p -= t
    if scale != 1:
        p *= scale
    return _add_up(losses, functions) * scale, np.ascontiguousarray(p.T)


@register_loss
def mean_squared_error(
    predictions: Array, targets: Array, *, reduction: str = "mean", arithmetic: str = "native"
) -> tuple[float, Array]:
    """Return L = mean of (y − t)² over all elements (or their sum), and dL/dy.

    Parameters
    ----------
    predictions : ndarray
        y, any shape.
    targets : ndarray
        t, the shape of y. If y is (batch, classes), class ids (batch,) stand for one-hot rows.
    reduction : str
        ``"mean"`` over all elements, as in PyTorch, or ``"sum"``.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float, ndarray)
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
    y = _floating_logits(predictions, rank=None, name="predictions")
    scale = _scale(reduction, y.size)
    targets = np.asarray(targets)
    if y.ndim == 2 and y.shape[1] > 1 and targets.ndim == 1 and targets.dtype.kind in "iu":
        targets = one_hot_rows(class_targets(targets, y), y)
    t = same_shape(targets, y)
    grad = np.asarray(y - t.astype(y.dtype, copy=False))
    loss = _add_up(np.square(grad), functions) * scale
    grad *= 2 * scale
    return loss, grad


@register_loss
def binary_cross_entropy(
    logits: Array, targets: Array, *, reduction: str = "mean", arithmetic: str = "native"
) -> tuple[float, Array]:
    """Return the cross entropy L of yes/no answers with p = σ(logits), and dL/dlogits.

    L = −t log p − (1 − t) log(1 − p), averaged over all elements or added.

    Parameters
    ----------
    logits : ndarray
        z, any shape; each element is one yes/no answer.
    targets : ndarray
        t in [0, 1], the shape of z.
    reduction : str
        ``"mean"`` over all elements, or ``"sum"``.
    arithmetic : str
        ``"native"`` or ``"exact"``, as in `Sequential`.

    Returns
    -------
    tuple of (float, ndarray)
        L and its gradient (σ(z) − t) / size, or σ(z) − t for the sum.

    Raises
    ------
    ValueError
        If the shapes differ or a target is not in [0, 1]; the message names the row.

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
    z, functions = _floating_logits(logits, rank=None), get_arithmetic(arithmetic)
    scale = _scale(reduction, z.size)
    t = same_shape(targets, z).astype(z.dtype, copy=False)
    wrong = ~((t >= 0) & (t <= 1))
    if wrong.any():
        row = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"targets must be in [0, 1], got {t[row]} in row {row[0] if row else 0}")
    losses = np.maximum(z, 0) - z * t + functions.log1p(functions.exp(-np.abs(z)))
    grad = functions.sigmoid(z)
    grad -= t
    grad *= scale
    return _add_up(losses, functions) * scale, grad


def _over_classes(terms: Array, functions: ModuleType) -> Array:
    """Add the terms (classes, batch) over the classes, in float64 if there are many classes."""
    dtype = np.dtype(np.float64) if len(terms) > FEW_CLASSES else terms.dtype
    return np.asarray(functions.total(terms, 0, dtype=dtype), terms.dtype)


def _add_up(losses: Array, functions: ModuleType) -> float:
    """Return the sum over all axes, in float64."""
    return float(functions.total(losses, tuple(range(losses.ndim)), dtype=np.float64))


def _are_probabilities(z: Array, functions: ModuleType) -> bool:
    """Return whether rows z are probabilities: in [0, 1], with sum 1, and not only 0 and 1."""
    if z.shape[1] < 2 or len(z) < 2 or z.min() < 0:
        return False
    one = np.abs(functions.total(z, 1, dtype=np.float64) - 1) < 1e-5
    return bool(one.all() and ((z > 0) & (z < 1)).any())


def _floating_logits(values: Array, rank: int | None = 2, name: str = "logits") -> Array:
    values = floating(values, name)
    if rank is not None and values.ndim != rank:
        raise ValueError(f"logits must have shape (batch, classes), got {values.shape}")
    return values


def _scale(reduction: str, count: int) -> float:
    if reduction == "mean":
        return 1 / max(count, 1)
    if reduction == "sum":
        return 1.0
    raise ValueError(f'reduction must be "mean" or "sum", got {reduction!r}')
