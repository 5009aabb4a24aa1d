"""Mistakes in softmax and cross entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _ratio(e: Array, axis: int | None = 1) -> Array:
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _in_place(z: Array) -> Array:
    z -= z.max(axis=1, keepdims=True)
    return _ratio(np.exp(z))


def _shared_maximum(z: Array) -> Array:
    return _ratio(np.exp(z - z.max()))


def _keepdims_forgotten(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1))


def _keepdims_forgotten_twice(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1))
    return np.asarray(e / e.sum(axis=1))


def _sum_not_shifted(z: Array) -> Array:
    shifted = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(shifted / np.exp(z).sum(axis=1, keepdims=True))


SOFTMAX = {
    "global-maximum": _shared_maximum,
    "no-maximum": lambda z: _ratio(np.exp(z)),
    "everything-sums-to-one#no-maximum": lambda z: _ratio(np.exp(z), None),
    "everything-sums-to-one#global-maximum": lambda z: _ratio(np.exp(z - z.max()), None),
    "columns-sum-to-one#no-maximum": lambda z: _ratio(np.exp(z), 0),
    "columns-sum-to-one#global-maximum": lambda z: _ratio(np.exp(z - z.max()), 0),
    "keepdims-forgotten#no-maximum": lambda z: np.exp(z) / np.exp(z).sum(axis=1),
    "maximum-of-columns": lambda z: _ratio(np.exp(z - z.max(axis=0))),
    "mean-subtracted": lambda z: _ratio(np.exp(z - z.mean(axis=1, keepdims=True))),
    "minimum-subtracted": lambda z: _ratio(np.exp(z - z.min(axis=1, keepdims=True))),
    "clipped": lambda z: _ratio(np.exp(np.clip(z, -50, 50))),
    "divided-by-maximum": lambda z: _ratio(np.exp(z / np.abs(z).max(axis=1, keepdims=True))),
    "columns-sum-to-one": lambda z: _ratio(np.exp(z - z.max(axis=1, keepdims=True)), 0),
    "everything-sums-to-one": lambda z: _ratio(np.exp(z - z.max(axis=1, keepdims=True)), None),
    "not-divided": lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
    "no-exponential": lambda z: _ratio(z),
    "logarithm": lambda z: np.log(_ratio(np.exp(z - z.max(axis=1, keepdims=True)))),
    "base-two": lambda z: _ratio(np.exp2(z - z.max(axis=1, keepdims=True))),
    "sign": lambda z: _ratio(np.exp(-(z - z.min(axis=1, keepdims=True)))),
    "epsilon-in-sum": lambda z: (
        np.exp(z - z.max(axis=1, keepdims=True))
        / (np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True) + 1e-3)
    ),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "argmax": lambda z: np.eye(z.shape[1])[z.argmax(axis=1)],
    "writes-into-input": _in_place,
    "keepdims-forgotten": _keepdims_forgotten,
    "keepdims-forgotten-in-maximum": lambda z: _ratio(np.exp(z - z.max(axis=1))),
    "keepdims-forgotten-twice": _keepdims_forgotten_twice,
    "sum-not-shifted": _sum_not_shifted,
    "squared": lambda z: _ratio(np.exp(2 * (z - z.max(axis=1, keepdims=True)))),
}


def _parts(z: Array, labels: Array) -> tuple[Array, Array, Array]:
    """Return p, log p and the one-hot targets."""
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return np.exp(log_p), log_p, np.eye(z.shape[1])[labels]


def _of(loss: Any, gradient: Any) -> Any:
    """Return a solution from formulas in p, log p, t and N."""

    def cross_entropy(z: Array, labels: Array) -> tuple[Any, Any]:
        p, log_p, t = _parts(z, labels)
        return loss(p, log_p, t, len(z)), gradient(p, log_p, t, len(z))

    return cross_entropy


def _loss(p: Array, log_p: Array, t: Array, n: int) -> Any:
    return -np.sum(t * log_p) / n


def _gradient(p: Array, log_p: Array, t: Array, n: int) -> Array:
    return (p - t) / n


def _unstable(z: Array, labels: Array) -> tuple[Any, Any]:
    p, t = _ratio(np.exp(z)), np.eye(z.shape[1])[labels]
    return -np.mean(np.log(p[np.arange(len(z)), labels])), (p - t) / len(z)


def _log_of_softmax(z: Array, labels: Array) -> tuple[Any, Any]:
    p, _, t = _parts(z, labels)
    return -np.mean(np.log(p[np.arange(len(z)), labels])), (p - t) / len(z)


def _smallest_shared(z: Array, labels: Array) -> tuple[Any, Any]:
    p = _shared_maximum(z)
    t = np.eye(z.shape[1])[labels]
    return -np.mean(np.log(p[np.arange(len(z)), labels])), (p - t) / len(z)


def _double_softmax(z: Array, labels: Array) -> tuple[Any, Any]:
    p, log_p, t = _parts(_parts(z, labels)[0], labels)
    return _loss(p, log_p, t, len(z)), _gradient(p, log_p, t, len(z))


def _in_place_gradient(z: Array, labels: Array) -> tuple[Any, Any]:
    loss = _of(_loss, _gradient)(z, labels)[0]
    z[...] = _parts(z, labels)[0]
    z[np.arange(len(z)), labels] -= 1
    return loss, z / len(z)


def _labels_in_every_row(z: Array, labels: Array) -> tuple[Any, Any]:
    p, log_p, t = _parts(z, labels)
    p[:, labels] -= 1
    return _loss(p, log_p, t, len(z)), p / len(z)


def _label_number_subtracted(z: Array, labels: Array) -> tuple[Any, Any]:
    p, log_p, t = _parts(z, labels)
    return _loss(p, log_p, t, len(z)), (p - labels[:, None]) / len(z)


def _maximum_lost(z: Array, labels: Array) -> tuple[Any, Any]:
    p, log_p, t = _parts(z, labels)
    return _loss(p, log_p, t, len(z)) - z.max(axis=1).mean(), (p - t) / len(z)


def _log_plus(epsilon: float) -> Any:
    return _of(lambda p, log_p, t, n: -np.sum(t * np.log(p + epsilon)) / n, _gradient)


def _log_clipped(epsilon: float) -> Any:
    return _of(lambda p, log_p, t, n: -np.sum(t * np.log(np.clip(p, epsilon, 1))) / n, _gradient)


CROSS_ENTROPY = {
    "swapped-in-logarithm": _of(
        lambda p, log_p, t, n: -np.sum(p * np.log(np.clip(t, 1e-12, None))) / n, _gradient
    ),
    "swapped-without-epsilon": _of(lambda p, log_p, t, n: -np.sum(p * np.log(t)) / n, _gradient),
    "gradient-not-averaged": _of(_loss, lambda p, log_p, t, n: p - t),
    "loss-not-averaged": _of(lambda p, log_p, t, n: -np.sum(t * log_p), _gradient),
    "both-summed": _of(lambda p, log_p, t, n: -np.sum(t * log_p), lambda p, log_p, t, n: p - t),
    "loss-over-all-entries": _of(lambda p, log_p, t, n: -np.mean(t * log_p), _gradient),
    "gradient-over-all-entries": _of(_loss, lambda p, log_p, t, n: (p - t) / p.size),
    "gradient-sign": _of(_loss, lambda p, log_p, t, n: (t - p) / n),
    "loss-sign": _of(lambda p, log_p, t, n: np.sum(t * log_p) / n, _gradient),
    "gradient-of-logarithm": _of(_loss, lambda p, log_p, t, n: -t / p / n),
    "gradient-without-target": _of(_loss, lambda p, log_p, t, n: p / n),
    "gradient-at-label-only": _of(_loss, lambda p, log_p, t, n: (p - t) * t / n),
    "gradient-has-another-p": _of(_loss, lambda p, log_p, t, n: (p - t) * p * (1 - p) / n),
    "log-of-changed-p": _of(lambda p, log_p, t, n: -np.sum(t * np.log(p + 1e-8)) / n, _gradient),
    **{
        f"log-of-changed-p#plus-{epsilon}": _log_plus(epsilon)
        for epsilon in (1e-15, 1e-12, 1e-10, 1e-9, 1e-7, 1e-6, 1e-5)
    },
    **{
        f"log-of-changed-p#clipped-{epsilon}": _log_clipped(epsilon)
        for epsilon in (1e-15, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
    },
    "loss-not-averaged#log-of-softmax": _of(
        lambda p, log_p, t, n: -np.sum(np.log(p[t == 1])), _gradient
    ),
    "both-summed#log-of-softmax": _of(
        lambda p, log_p, t, n: -np.sum(np.log(p[t == 1])), lambda p, log_p, t, n: p - t
    ),
    "log-of-softmax#product": _of(lambda p, log_p, t, n: -np.sum(t * np.log(p)) / n, _gradient),
    "both-summed#log-of-softmax-product": _of(
        lambda p, log_p, t, n: -np.sum(t * np.log(p)), lambda p, log_p, t, n: p - t
    ),
    "loss-not-averaged#log-of-softmax-product": _of(
        lambda p, log_p, t, n: -np.sum(t * np.log(p)), _gradient
    ),
    "log-of-changed-p#clipped-1e-12": _of(
        lambda p, log_p, t, n: -np.sum(t * np.log(np.clip(p, 1e-12, 1))) / n, _gradient
    ),
    "no-maximum": _unstable,
    "log-of-softmax": _log_of_softmax,
    "global-maximum": _smallest_shared,
    "softmax-twice": _double_softmax,
    "largest-instead-of-label": _of(lambda p, log_p, t, n: -log_p.max(axis=1).mean(), _gradient),
    "binary": _of(
        lambda p, log_p, t, n: -np.sum(t * log_p + (1 - t) * np.log1p(-p)) / n, _gradient
    ),
    "loss-per-sample": _of(lambda p, log_p, t, n: -np.sum(t * log_p, axis=1), _gradient),
    "base-two": _of(lambda p, log_p, t, n: -np.sum(t * log_p) / n / np.log(2), _gradient),
    "squared-error": _of(lambda p, log_p, t, n: np.sum((p - t) ** 2) / n, _gradient),
    "writes-into-input": _in_place_gradient,
    "labels-in-every-row": _labels_in_every_row,
    "label-number-subtracted": _label_number_subtracted,
    "maximum-lost": _maximum_lost,
    "loss-of-first-sample": _of(lambda p, log_p, t, n: -np.sum(t[0] * log_p[0]), _gradient),
    "probability-instead-of-log": _of(lambda p, log_p, t, n: -np.sum(t * p) / n, _gradient),
    "one-minus-probability": _of(lambda p, log_p, t, n: np.sum(t * (1 - p)) / n, _gradient),
    "divided-by-classes": _of(
        lambda p, log_p, t, n: -np.sum(t * log_p) / p.shape[1],
        lambda p, log_p, t, n: (p - t) / p.shape[1],
    ),
    "gradient-zero-at-label": _of(_loss, lambda p, log_p, t, n: p * (1 - t) / n),
}
