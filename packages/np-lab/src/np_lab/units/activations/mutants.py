"""Mistakes in activations: a wrong function, a wrong derivative, or an array that is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[[Array, float], Any]
Backward = Callable[[Array, Array, Array, float], Any]


def _activation(f: Function, backward: Backward, default: float = 0.0) -> Any:
    """Return a class from f(x, option) and backward(G, x, y, option)."""

    class Activation:
        def __init__(self, **options: float) -> None:
            self.option = next(iter(options.values()), default)

        def forward(self, x: Array) -> Any:
            self.x = x
            self.y = np.asarray(f(x, self.option))
            return self.y

        def backward(self, G: Array) -> Any:
            return backward(G, self.x, self.y, self.option)

    return Activation


def _zeros_in_place(x: Array, option: float) -> Array:
    x[x < 0] = 0
    return x


def _slope_in_place(x: Array, option: float) -> Array:
    x[x < 0] *= option
    return x


def _relu(x: Array, option: float) -> Array:
    return np.maximum(x, 0)


def _relu_back(G: Array, x: Array, y: Array, option: float) -> Array:
    return G * (x > 0)


RELU = {
    "writes-into-input": _activation(_zeros_in_place, _relu_back),
    "identity": _activation(lambda x, o: x, _relu_back),
    "absolute": _activation(lambda x, o: np.abs(x), _relu_back),
    "minimum": _activation(lambda x, o: np.minimum(x, 0), _relu_back),
    "step": _activation(lambda x, o: (x > 0) * 1.0, _relu_back),
    "largest-of-array": _activation(lambda x, o: np.maximum(x, x.max()), _relu_back),
    "capped": _activation(lambda x, o: np.clip(x, 0, 1), _relu_back),
    "leaky": _activation(lambda x, o: np.where(x > 0, x, 0.01 * x), _relu_back),
    "back-without-G": _activation(_relu, lambda G, x, y, o: (x > 0) * 1.0),
    "back-mask-of-G": _activation(_relu, lambda G, x, y, o: G * (G > 0)),
    "back-all": _activation(_relu, lambda G, x, y, o: G),
    "back-inverted": _activation(_relu, lambda G, x, y, o: G * (x <= 0)),
    "back-times-x": _activation(_relu, lambda G, x, y, o: G * y),
    "back-relu-of-G-too": _activation(_relu, lambda G, x, y, o: np.maximum(G, 0) * (x > 0)),
    "back-leaks": _activation(_relu, lambda G, x, y, o: np.where(x > 0, G, 0.01 * G)),
    "back-mask-above-one": _activation(_relu, lambda G, x, y, o: G * (x > 1)),
}


def _leaky(x: Array, o: float) -> Any:
    return np.where(x > 0, x, o * x)


def _leaky_back(G: Array, x: Array, y: Array, o: float) -> Any:
    return G * np.where(x > 0, 1, o)


LEAKY_RELU = {
    "writes-into-input": _activation(_slope_in_place, _leaky_back),
    "constant-below": _activation(lambda x, o: np.where(x > 0, x, o), _leaky_back),
    "slope-above": _activation(lambda x, o: np.where(x > 0, o * x, x), _leaky_back),
    "slope-everywhere": _activation(lambda x, o: o * x, _leaky_back),
    "slope-fixed": _activation(lambda x, o: np.where(x > 0, x, 0.01 * x), _leaky_back),
    "sign-below": _activation(lambda x, o: np.where(x > 0, x, -o * x), _leaky_back),
    "relu": _activation(_relu, _leaky_back),
    "divided": _activation(lambda x, o: np.where(x > 0, x, x / o), _leaky_back),
    "slope-added": _activation(lambda x, o: np.where(x > 0, x, x + o), _leaky_back),
    "back-zero-below": _activation(_leaky, _relu_back),
    "back-without-G": _activation(_leaky, lambda G, x, y, o: np.where(x > 0, 1, o)),
    "back-constant-below": _activation(_leaky, lambda G, x, y, o: np.where(x > 0, G, o)),
    "back-slope-fixed": _activation(_leaky, lambda G, x, y, o: G * np.where(x > 0, 1, 0.01)),
    "back-mask-of-G": _activation(_leaky, lambda G, x, y, o: G * np.where(G > 0, 1, o)),
    "back-slope-times-x": _activation(_leaky, lambda G, x, y, o: G * np.where(x > 0, 1, o * x)),
}


def _sigmoid(x: Array, o: float) -> Any:
    return 1 / (1 + np.exp(-x))


def _sigmoid_back(G: Array, x: Array, y: Array, o: float) -> Any:
    return G * y * (1 - y)


SIGMOID = {
    "overflows": _activation(lambda x, o: np.exp(x) / (1 + np.exp(x)), _sigmoid_back),
    "sign-of-exponent": _activation(lambda x, o: 1 / (1 + np.exp(x)), _sigmoid_back),
    "parentheses": _activation(lambda x, o: 1 / 1 + np.exp(-x), _sigmoid_back),
    "minus": _activation(lambda x, o: 1 / (1 - np.exp(-x)), _sigmoid_back),
    "tanh": _activation(lambda x, o: np.tanh(x), _sigmoid_back),
    "clipped": _activation(lambda x, o: _sigmoid(np.clip(x, -5, 5), o), _sigmoid_back),
    "softmax": _activation(
        lambda x, o: (
            np.exp(x - x.max(axis=1, keepdims=True))
            / np.exp(x - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
        ),
        _sigmoid_back,
    ),
    "back-of-x": _activation(_sigmoid, lambda G, x, y, o: G * x * (1 - x)),
    "back-sigmoid-twice": _activation(
        _sigmoid, lambda G, x, y, o: G * _sigmoid(y, o) * (1 - _sigmoid(y, o))
    ),
    "back-without-G": _activation(_sigmoid, lambda G, x, y, o: y * (1 - y)),
    "back-y-only": _activation(_sigmoid, lambda G, x, y, o: G * y),
    "back-one-minus-y-only": _activation(_sigmoid, lambda G, x, y, o: G * (1 - y)),
    "back-tanh": _activation(_sigmoid, lambda G, x, y, o: G * (1 - y**2)),
    "back-of-G": _activation(_sigmoid, lambda G, x, y, o: G * (1 - G)),
    "back-sign": _activation(_sigmoid, lambda G, x, y, o: G * y * (y - 1)),
}


def _elu(x: Array, o: float) -> Any:
    return np.where(x > 0, x, o * np.expm1(np.minimum(x, 0)))


def _elu_back(G: Array, x: Array, y: Array, o: float) -> Any:
    return G * np.where(x > 0, 1, y + o)


ELU = {
    "overflows": _activation(lambda x, o: (x > 0) * x + (x <= 0) * o * (np.exp(x) - 1), _elu_back),
    "minus-one-missing": _activation(
        lambda x, o: np.where(x > 0, x, o * np.exp(np.minimum(x, 0))), _elu_back
    ),
    "alpha-missing": _activation(
        lambda x, o: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), _elu_back
    ),
    "alpha-on-exponential-only": _activation(
        lambda x, o: np.where(x > 0, x, o * np.exp(np.minimum(x, 0)) - 1), _elu_back
    ),
    "alpha-in-exponent": _activation(
        lambda x, o: np.where(x > 0, x, np.expm1(o * np.minimum(x, 0))), _elu_back
    ),
    "alpha-above": _activation(
        lambda x, o: np.where(x > 0, o * x, np.expm1(np.minimum(x, 0))), _elu_back
    ),
    "sign-of-exponent": _activation(
        lambda x, o: np.where(x > 0, x, o * np.expm1(-np.minimum(x, 0))), _elu_back
    ),
    "leaky": _activation(lambda x, o: np.where(x > 0, x, o * x), _elu_back),
    "back-is-y": _activation(_elu, lambda G, x, y, o: G * np.where(x > 0, 1, y)),
    "back-alpha-missing": _activation(
        _elu, lambda G, x, y, o: G * np.where(x > 0, 1, np.exp(np.minimum(x, 0)))
    ),
    "back-one-added": _activation(_elu, lambda G, x, y, o: G * np.where(x > 0, 1, y + 1)),
    "back-zero-below": _activation(_elu, _relu_back),
    "back-alpha-below": _activation(_elu, lambda G, x, y, o: G * np.where(x > 0, 1, o)),
    "back-of-y": _activation(
        _elu, lambda G, x, y, o: G * np.where(x > 0, 1, o * np.exp(np.minimum(y, 0)))
    ),
    "back-without-G": _activation(_elu, lambda G, x, y, o: np.where(x > 0, 1, y + o)),
    "sign-of-alpha": _activation(
        lambda x, o: np.where(x > 0, x, o * (1 - np.exp(np.minimum(x, 0)))), _elu_back
    ),
}
