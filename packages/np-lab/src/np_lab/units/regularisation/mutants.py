"""Mistakes in initialisation, L2 and dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rng = np.random.Generator


def _normal(scale: Any) -> Any:
    return lambda inputs, outputs, rng: rng.normal(0, scale(inputs, outputs), (inputs, outputs))


HE_NORMAL = {
    "variance-as-deviation": _normal(lambda i, o: 2 / i),
    "outputs": _normal(lambda i, o: np.sqrt(2 / o)),
    "xavier": _normal(lambda i, o: np.sqrt(2 / (i + o))),
    "one-over-inputs": _normal(lambda i, o: np.sqrt(1 / i)),
    "unit-normal": _normal(lambda i, o: 1.0),
    "hundredth": _normal(lambda i, o: 0.01),
    "multiplied-by-inputs": _normal(lambda i, o: np.sqrt(2 * i)),
    "sum-of-roots": _normal(lambda i, o: np.sqrt(2) / i),
    "uniform": lambda i, o, rng: rng.uniform(-np.sqrt(2 / i), np.sqrt(2 / i), (i, o)),
    "he-uniform": lambda i, o, rng: rng.uniform(-np.sqrt(6 / i), np.sqrt(6 / i), (i, o)),
    "positive": lambda i, o, rng: np.abs(rng.normal(0, np.sqrt(2 / i), (i, o))),
    "transposed": lambda i, o, rng: rng.normal(0, np.sqrt(2 / i), (o, i)),
    "zeros": lambda i, o, rng: np.zeros((i, o)),
    "own-seed": lambda i, o, rng: np.random.default_rng(0).normal(0, np.sqrt(2 / i), (i, o)),
    "one-column-repeated": lambda i, o, rng: np.repeat(
        rng.normal(0, np.sqrt(2 / i), (i, 1)), o, axis=1
    ),
}


def _uniform(limit: Any) -> Any:
    def xavier_uniform(inputs: int, outputs: int, rng: Rng) -> Array:
        a = limit(inputs, outputs)
        return rng.uniform(-a, a, (inputs, outputs))

    return xavier_uniform


_xavier = _uniform(lambda i, o: np.sqrt(6 / (i + o)))

XAVIER_UNIFORM = {
    "no-root": _uniform(lambda i, o: 6 / (i + o)),
    "two-for-six": _uniform(lambda i, o: np.sqrt(2 / (i + o))),
    "one-for-six": _uniform(lambda i, o: np.sqrt(1 / (i + o))),
    "inputs-only": _uniform(lambda i, o: np.sqrt(6 / i)),
    "outputs-only": _uniform(lambda i, o: np.sqrt(6 / o)),
    "product": _uniform(lambda i, o: np.sqrt(6 / (i * o))),
    "root-of-six-only": _uniform(lambda i, o: np.sqrt(6) / (i + o)),
    "fixed-limit": _uniform(lambda i, o: 1.0),
    "from-zero": lambda i, o, rng: rng.uniform(0, np.sqrt(6 / (i + o)), (i, o)),
    "half-open-scale": lambda i, o, rng: (rng.random((i, o)) - 0.5) * np.sqrt(6 / (i + o)),
    "normal": lambda i, o, rng: rng.normal(0, np.sqrt(2 / (i + o)), (i, o)),
    "transposed": lambda i, o, rng: _xavier(o, i, rng),
    "own-seed": lambda i, o, rng: _xavier(i, o, np.random.default_rng(0)),
}


L2_PENALTY = {
    "gradient-missing": lambda W, s: (s / 2 * np.sum(W**2), np.zeros_like(W)),
    "half-missing": lambda W, s: (s * np.sum(W**2), s * W),
    "half-in-gradient": lambda W, s: (s / 2 * np.sum(W**2), s / 2 * W),
    "half-missing-in-both": lambda W, s: (s * np.sum(W**2), 2 * s * W),
    "gradient-is-W": lambda W, s: (s / 2 * np.sum(W**2), W),
    "gradient-squared": lambda W, s: (s / 2 * np.sum(W**2), s * W**2),
    "gradient-sign": lambda W, s: (s / 2 * np.sum(W**2), -s * W),
    "root": lambda W, s: (s / 2 * np.sqrt(np.sum(W**2)), s * W),
    "mean": lambda W, s: (s / 2 * np.mean(W**2), s * W),
    "both-means": lambda W, s: (s / 2 * np.mean(W**2), s * W / W.size),
    "l1": lambda W, s: (s * np.sum(np.abs(W)), s * np.sign(W)),
    "square-of-sum": lambda W, s: (s / 2 * np.sum(W) ** 2, s * W),
    "strength-squared": lambda W, s: (s**2 / 2 * np.sum(W**2), s**2 * W),
    "not-summed": lambda W, s: (s / 2 * W**2, s * W),
    "gradient-summed": lambda W, s: (s / 2 * np.sum(W**2), s * np.sum(W)),
}


class RightDropout:
    """Inverted dropout; the wrong ones differ in one method."""

    def __init__(self, rate: float, rng: Rng) -> None:
        self.rate, self.rng = rate, rng

    def forward(self, x: Array, training: bool = True) -> Array:
        """Return y."""
        if not training:
            return self.evaluate(x)
        self.mask = self.draw(x.shape)
        return self.apply(x)

    def draw(self, shape: tuple[int, ...]) -> Array:
        """Return where numbers are kept."""
        return self.rng.random(shape) >= self.rate

    def apply(self, x: Array) -> Array:
        """Return y in training."""
        return x * self.mask * self.scale()

    def scale(self) -> float:
        """Return what kept numbers are multiplied by."""
        return 1 / (1 - self.rate)

    def evaluate(self, x: Array) -> Array:
        """Return y outside training."""
        return x

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return G * self.mask * self.scale()


class _NotInverted(RightDropout):
    def scale(self) -> float:
        return 1.0


class _ScaledAtEvaluation(RightDropout):
    def scale(self) -> float:
        return 1.0

    def evaluate(self, x: Array) -> Array:
        return x * (1 - self.rate)


class _ScaledTwice(RightDropout):
    def evaluate(self, x: Array) -> Array:
        return x * (1 - self.rate)


class _KeepsRate(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return self.rng.random(shape) < self.rate


class _DividesByRate(RightDropout):
    def scale(self) -> float:
        return 1 / self.rate


class _Multiplies(RightDropout):
    def scale(self) -> float:
        return 1 - self.rate


class _DropsAlways(RightDropout):
    def evaluate(self, x: Array) -> Array:
        self.mask = self.draw(x.shape)
        return self.apply(x)


class _NeverDrops(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return np.ones(shape, bool)

    def scale(self) -> float:
        return 1.0


class _ColumnMask(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return np.broadcast_to(self.rng.random(shape[1]) >= self.rate, shape)


class _RowMask(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return np.broadcast_to(self.rng.random((shape[0], 1)) >= self.rate, shape)


class _SameMask(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return np.random.default_rng(0).random(shape) >= self.rate


class _NormalMask(RightDropout):
    def draw(self, shape: tuple[int, ...]) -> Array:
        return self.rng.standard_normal(shape) >= self.rate


class _BackwardPasses(RightDropout):
    def backward(self, G: Array) -> Array:
        return G


class _BackwardNotScaled(RightDropout):
    def backward(self, G: Array) -> Array:
        return G * self.mask


class _BackwardNotMasked(RightDropout):
    def backward(self, G: Array) -> Array:
        return G * self.scale()


class _BackwardDrawsAgain(RightDropout):
    def backward(self, G: Array) -> Array:
        return G * self.draw(G.shape) * self.scale()


class _WritesIntoX(RightDropout):
    def apply(self, x: Array) -> Array:
        x[~self.mask] = 0
        return x * self.scale()


DROPOUT = {
    "not-inverted": _NotInverted,
    "scaled-at-evaluation": _ScaledAtEvaluation,
    "scaled-twice": _ScaledTwice,
    "keeps-instead-of-drops": _KeepsRate,
    "divides-by-rate": _DividesByRate,
    "multiplies": _Multiplies,
    "drops-always": _DropsAlways,
    "never-drops": _NeverDrops,
    "same-for-all-rows": _ColumnMask,
    "whole-rows": _RowMask,
    "same-mask-every-time": _SameMask,
    "normal-numbers": _NormalMask,
    "backward-passes-all": _BackwardPasses,
    "backward-not-scaled": _BackwardNotScaled,
    "backward-not-masked": _BackwardNotMasked,
    "backward-draws-again": _BackwardDrawsAgain,
    "writes-into-input": _WritesIntoX,
}
