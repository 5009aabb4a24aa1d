"""Mistakes in gradient checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[[Array], float]


def _gradient(quotient: Callable[[Function, Array, Array, float], Any], h: float = 1e-5) -> Any:
    """Return a solution that applies a quotient for each element, with its unit step e."""

    def numerical_gradient(f: Function, x: Array) -> Array:
        gradient = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            e = np.zeros(x.shape)
            e[index] = h
            gradient[index] = quotient(f, x, e, h)
        return gradient

    return numerical_gradient


def _not_restored(f: Function, x: Array) -> Array:
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        x[index] += 1e-5
        above = f(x)
        x[index] -= 2e-5
        gradient[index] = (above - f(x)) / 2e-5
    return gradient


def _same_array(f: Function, x: Array) -> Array:
    return np.zeros(x.shape)


def _returns_early(f: Function, x: Array) -> Array:
    gradient = np.zeros(x.shape)
    gradient.flat[0] = _central(f, x).flat[0]
    return gradient


def _all_at_once(f: Function, x: Array) -> Array:
    return np.full(x.shape, (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


def _flat(f: Function, x: Array) -> Array:
    return np.ravel(_central(f, x))


def _one_row(f: Function, x: Array) -> Array:
    gradient = np.zeros(x.shape)
    gradient[0] = _central(f, x)[0]
    return gradient


def _last_axis_only(f: Function, x: Array) -> Array:
    gradient = np.zeros(x.shape)
    for i in range(x.shape[0]):
        e = np.zeros(x.shape)
        e[i] = 1e-5
        gradient[i] = (f(x + e) - f(x - e)) / 2e-5
    return gradient


def _last_value(f: Function, x: Array) -> Any:
    return _central(f, x).flat[-1]


_central = _gradient(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h))

NUMERICAL_GRADIENT = {
    "forward-difference": _gradient(lambda f, x, e, h: (f(x + e) - f(x)) / h),
    "backward-difference": _gradient(lambda f, x, e, h: (f(x) - f(x - e)) / h),
    "divided-by-h": _gradient(lambda f, x, e, h: (f(x + e) - f(x - e)) / h),
    "forward-divided-by-2h": _gradient(lambda f, x, e, h: (f(x + e) - f(x)) / (2 * h)),
    "not-divided": _gradient(lambda f, x, e, h: f(x + e) - f(x - e)),
    "multiplied": _gradient(lambda f, x, e, h: (f(x + e) - f(x - e)) / 2 * h),
    "precedence": _gradient(lambda f, x, e, h: f(x + e) - f(x - e) / (2 * h)),
    "sign": _gradient(lambda f, x, e, h: (f(x - e) - f(x + e)) / (2 * h)),
    "second-derivative": _gradient(lambda f, x, e, h: (f(x + e) - 2 * f(x) + f(x - e)) / h**2),
    "large-step": _gradient(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h), h=0.1),
    "tiny-step": _gradient(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h), h=1e-13),
    "step-is-relative": _gradient(lambda f, x, e, h: (f(x + e * x) - f(x - e * x)) / (2 * h)),
    "only-the-step": _gradient(lambda f, x, e, h: (f(e) - f(-e)) / (2 * h)),
    "all-at-once": _all_at_once,
    "rows-at-once": _last_axis_only,
    "flat": _flat,
    "first-row-only": _one_row,
    "one-number": _last_value,
    "same-array": _same_array,
    "returns-early": _returns_early,
    "writes-into-input": _not_restored,
}


def _scale(a: Array, n: Array) -> Array:
    return np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8)


RELATIVE_ERROR = {
    "mean": lambda a, n: np.mean(np.abs(a - n) / _scale(a, n)),
    "sum": lambda a, n: np.sum(np.abs(a - n) / _scale(a, n)),
    "smallest": lambda a, n: np.min(np.abs(a - n) / _scale(a, n)),
    "per-element": lambda a, n: np.abs(a - n) / _scale(a, n),
    "absolute": lambda a, n: np.max(np.abs(a - n)),
    "no-floor": lambda a, n: np.max(np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))),
    "floor-added": lambda a, n: np.max(np.abs(a - n) / (np.maximum(np.abs(a), np.abs(n)) + 1e-8)),
    "divided-by-sum": lambda a, n: np.max(np.abs(a - n) / np.maximum(np.abs(a) + np.abs(n), 1e-8)),
    "divided-by-numeric": lambda a, n: np.max(np.abs(a - n) / np.maximum(np.abs(n), 1e-8)),
    "divided-by-analytic": lambda a, n: np.max(np.abs(a - n) / np.maximum(np.abs(a), 1e-8)),
    "signed-scale": lambda a, n: np.max(np.abs(a - n) / np.maximum(np.maximum(a, n), 1e-8)),
    "signed-difference": lambda a, n: np.max((a - n) / _scale(a, n)),
    "one-scale": lambda a, n: np.max(np.abs(a - n)) / np.max(_scale(a, n)),
    "norms": lambda a, n: np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n)),
    "smaller-of-both": lambda a, n: np.max(
        np.abs(a - n) / np.maximum(np.minimum(np.abs(a), np.abs(n)), 1e-8)
    ),
}


def _checker(
    upstream: Callable[[Array], Array] = lambda G: G,
    score: Callable[[Array, Array], Any] = lambda a, n: np.max(np.abs(a - n) / _scale(a, n)),
    passes: Callable[[Any], Any] = lambda error: error < 1e-5,
    sent_back: Callable[[Array], Array] = lambda G: G,
) -> Any:
    """Return a checker: the gradient of Σ upstream(G) · y against backward(sent_back(G))."""

    def check_backward(layer: Any, x: Array, G: Array) -> Any:
        numeric = _central(lambda x: float(np.sum(upstream(G) * layer.forward(x))), x)
        layer.forward(x)
        return passes(score(layer.backward(sent_back(G)), numeric))

    return check_backward


CHECK_BACKWARD = {
    "upstream-of-ones": _checker(np.ones_like, sent_back=np.ones_like),
    "G-left-out": _checker(np.ones_like),
    "always-false": _checker(sent_back=np.ones_like),
    "absolute": _checker(score=lambda a, n: np.max(np.abs(a - n))),
    "signed-difference": _checker(score=lambda a, n: np.max((a - n) / _scale(a, n))),
    "first-element-only": _checker(score=lambda a, n: (np.abs(a - n) / _scale(a, n)).flat[0]),
    "loose": _checker(passes=lambda error: error < 1e-2),
    "too-strict": _checker(passes=lambda error: error < 5e-10),
    "inverted": _checker(passes=lambda error: error > 1e-5),
    "always-true": lambda layer, x, G: True,
    "compares-sizes": _checker(
        score=lambda a, n: np.max(np.abs(np.abs(a) - np.abs(n)) / _scale(a, n))
    ),
    "sums-compared": _checker(score=lambda a, n: abs(a.sum() - n.sum()) / abs(n.sum())),
    "allclose": _checker(score=lambda a, n: 0.0 if np.allclose(a, n) else 1.0),
    "returns-error": _checker(passes=lambda error: error),
}
