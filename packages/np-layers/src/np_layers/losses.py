"""Losses: how wrong predictions are, as one number, together with its gradient.

Each loss returns ``(loss, grad)``: a Python float and dL/dpredictions in the predictions' dtype,
for ``reduction="mean"`` or ``"sum"``. Arguments are never written. An empty batch has the loss 0.0.
"""

from __future__ import annotations

import numpy as np

from np_layers._types import Array
from np_layers.functional import floating, sigmoid
from np_layers.targets import class_rows, one_hot_rows, same_shape

FEW_CLASSES = 128
"""Classes up to which a float32 sum over them keeps six digits."""


def cross_entropy(
    logits: Array, targets: Array, *, reduction: str = "mean", label_smoothing: float = 0.0
) -> tuple[float, Array]:
    """Return the cross entropy L of softmax(logits) under the targets, and dL/dlogits.

    L_n = −Σ_k t_nk log p_nk with p = softmax(z), averaged ("mean") or added ("sum") over rows n.

    Parameters
    ----------
    logits
        z, shape (batch, classes). −inf marks an impossible class.
    targets
        Class ids, integers (batch,), or probability rows t (batch, classes).
    reduction
        ``"mean"`` over the rows, or ``"sum"``.
    label_smoothing
        ε in [0, 1): t becomes (1 − ε) t + ε/classes (Szegedy et al., 2016).

    Returns
    -------
    tuple of (float, ndarray)
        L and its gradient, shape (batch, classes).

    Raises
    ------
    ValueError
        If an id is no class or a row is no distribution (the message names the row), or if an
        option is out of range.
    TypeError
        If the ids are not integers.

    Notes
    -----
    log p_k = z_k − log Σ_j exp(z_j), so dL_n/dz_k = −t_k + (Σ_j t_j) p_k = p_k − t_k: the
    derivatives of softmax and logarithm cancel. The prediction stands inside the logarithm, the
    target outside.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> loss, grad = cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), grad
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """
    z = _floating_logits(logits)
    scale = _scale(reduction, len(z))
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must be in [0, 1), got {label_smoothing!r}")
    targets = class_rows(targets, z)

    # Classes first: sums and maxima over classes then add whole vectors, one entry per row.
    log_p = np.array(z.T, order="C")
    with np.errstate(invalid="ignore"):
        log_p -= np.max(log_p, axis=0, initial=-np.inf)
    p = np.exp(log_p)
    total = _over_classes(p)
    p /= total
    log_p -= np.log(total)

    if targets.ndim == 1 and not label_smoothing:
        rows = np.arange(len(z))
        losses = -log_p[targets, rows]
        p[targets, rows] -= 1
    else:
        t = one_hot_rows(targets, z).T * (1 - label_smoothing) + label_smoothing / z.shape[1]
        t = t.astype(z.dtype, copy=False)
        # A class with t = 0 adds nothing, even where log p = −inf.
        losses = -_over_classes(np.multiply(t, log_p, where=t > 0, out=np.zeros_like(t)))
        p -= t
    if scale != 1:
        p *= scale
    return float(np.sum(losses, dtype=np.float64)) * scale, np.ascontiguousarray(p.T)


def mean_squared_error(
    predictions: Array, targets: Array, *, reduction: str = "mean"
) -> tuple[float, Array]:
    """Return L = mean of (y − t)² over all elements (or their sum), and dL/dy.

    Parameters
    ----------
    predictions
        y, any shape.
    targets
        t, the shape of y. For y (batch, classes) also class ids (batch,), taken as one-hot rows.
    reduction
        ``"mean"`` over all elements, as PyTorch has it, or ``"sum"``.

    Returns
    -------
    tuple of (float, ndarray)
        L and its gradient 2 (y − t) / size, or 2 (y − t) for the sum.

    Raises
    ------
    ValueError
        If the shapes differ or an id is no class.

    Notes
    -----
    Texts that write ½ Σ_k (y_k − t_k)² averaged over rows mean classes/2 times this mean: their
    learning rate is to be multiplied by classes/2 for the same steps.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    (2.5, array([[ 1., -2.]]))
    """
    y = _floating_logits(predictions, rank=None, name="predictions")
    scale = _scale(reduction, y.size)
    targets = np.asarray(targets)
    if y.ndim == 2 and y.shape[1] > 1 and targets.ndim == 1 and targets.dtype.kind in "iu":
        targets = one_hot_rows(class_rows(targets, y), y)
    t = same_shape(targets, y)
    grad = np.asarray(y - t.astype(y.dtype, copy=False))
    loss = float(np.sum(np.square(grad), dtype=np.float64)) * scale
    grad *= 2 * scale
    return loss, grad


def binary_cross_entropy(
    logits: Array, targets: Array, *, reduction: str = "mean"
) -> tuple[float, Array]:
    """Return the cross entropy L of yes/no answers with p = σ(logits), and dL/dlogits.

    L = −t log p − (1 − t) log(1 − p), averaged over all elements or added.

    Parameters
    ----------
    logits
        z, any shape: one independent answer per element.
    targets
        t in [0, 1], the shape of z.
    reduction
        ``"mean"`` over all elements, or ``"sum"``.

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
    max(z, 0) − z t + log(1 + e^(−|z|)), which no logit overflows.

    Examples
    --------
    >>> loss, grad = binary_cross_entropy(np.array([0.0, 1e4]), np.array([1, 0]))
    >>> round(loss, 4), grad
    (5000.3466, array([-0.25,  0.5 ]))
    """
    z = _floating_logits(logits, rank=None)
    scale = _scale(reduction, z.size)
    t = same_shape(targets, z).astype(z.dtype, copy=False)
    wrong = ~((t >= 0) & (t <= 1))
    if wrong.any():
        row = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"targets must be in [0, 1], got {t[row]} in row {row[0] if row else 0}")
    losses = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    grad = sigmoid(z)
    grad -= t
    grad *= scale
    return float(np.sum(losses, dtype=np.float64)) * scale, grad


def _over_classes(terms: Array) -> Array:
    """Add terms (classes, batch) over the classes, one after another; many in double precision."""
    exact = np.float64 if len(terms) > FEW_CLASSES else terms.dtype
    return np.sum(terms, axis=0, dtype=exact).astype(terms.dtype, copy=False)


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
