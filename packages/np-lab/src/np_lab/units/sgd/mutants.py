"""Mistakes in SGD, momentum and Nesterov."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class RightSGD:
    """Plain gradient descent; the wrong ones differ in one method."""

    def __init__(self, lr: float) -> None:
        self.lr, self.t, self.total = lr, 0, np.zeros(())

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.t += 1
        p -= self.change(p, g)

    def change(self, p: Array, g: Array) -> Array:
        """Return what is subtracted."""
        return self.lr * g


class _Adds(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return -self.lr * g


class _NoRate(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return g


class _RateTwice(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * self.lr * g


class _RateDivides(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return g / self.lr


class _Normalised(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * g / np.linalg.norm(g)


class _SignOnly(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * np.sign(g)


class _Mean(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return np.full_like(p, self.lr * g.mean())


class _Decays(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr / self.t * g


class _Accumulates(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        self.total = self.total + g
        return self.lr * self.total


class _DividesByBatch(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * g / len(g)


class _Overwrites(RightSGD):
    def step(self, p: Array, g: Array) -> None:
        p[...] = -self.lr * g


class _TimesP(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * g * p


class _DecaysWeights(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * (g + p)


class _NewArray(RightSGD):
    def step(self, p: Array, g: Array) -> None:
        p = p - self.lr * g


class _WritesIntoG(RightSGD):
    def step(self, p: Array, g: Array) -> None:
        g *= self.lr
        p -= g


class _Twice(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return 2 * self.lr * g


class _Clips(RightSGD):
    def change(self, p: Array, g: Array) -> Array:
        return self.lr * np.clip(g, -1, 1)


SGD = {
    "parameter-unchanged": _NewArray,
    "writes-into-input": _WritesIntoG,
    "adds": _Adds,
    "no-rate": _NoRate,
    "rate-twice": _RateTwice,
    "rate-divides": _RateDivides,
    "normalised": _Normalised,
    "sign-only": _SignOnly,
    "mean": _Mean,
    "rate-decays": _Decays,
    "accumulates": _Accumulates,
    "divides-by-length": _DividesByBatch,
    "overwrites": _Overwrites,
    "times-p": _TimesP,
    "decays-weights": _DecaysWeights,
    "steps-twice": _Twice,
    "clips": _Clips,
}


class RightMomentum:
    """v ← μ v + g, p ← p - lr v; the wrong ones differ in one method."""

    def __init__(self, lr: float, momentum: float) -> None:
        self.lr, self.momentum, self.t = lr, momentum, 0
        self.v: Any = 0.0

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.t += 1
        self.v = self.velocity(g)
        p -= self.change(p, g)

    def velocity(self, g: Array) -> Any:
        """Return the new v."""
        return self.momentum * self.v + g

    def change(self, p: Array, g: Array) -> Any:
        """Return what is subtracted."""
        return self.lr * self.v


class _NoMemory(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return g.copy()


class _Averages(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return self.momentum * self.v + (1 - self.momentum) * g


class _Swapped(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return self.v + self.momentum * g


class _NeverForgets(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return self.v + g


class _RateInBoth(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return self.momentum * self.v + self.lr * g


class _OneMinus(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return (1 - self.momentum) * self.v + g


class _SharesG(RightMomentum):
    def velocity(self, g: Array) -> Any:
        if self.t == 1:
            return g  # the caller's array, which the next step overwrites
        return self.momentum * self.v + g


class _FirstIsZero(RightMomentum):
    def velocity(self, g: Array) -> Any:
        return np.zeros_like(g) if self.t == 1 else self.momentum * self.v + g


class _OldVelocity(RightMomentum):
    def step(self, p: Array, g: Array) -> None:
        p -= self.lr * self.v
        self.v = self.momentum * self.v + g


class _NoRateInStep(RightMomentum):
    def change(self, p: Array, g: Array) -> Any:
        return self.v


class _StepsAlongG(RightMomentum):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * g


class _MomentumTwice(RightMomentum):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * self.momentum * self.v


class _AddsStep(RightMomentum):
    def change(self, p: Array, g: Array) -> Any:
        return -self.lr * self.v


class _Lookahead(RightMomentum):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (g + self.momentum * self.v)


class _NewArrayMomentum(RightMomentum):
    def step(self, p: Array, g: Array) -> None:
        self.v = self.momentum * self.v + g
        p = p - self.lr * self.v


class _VelocityNotKept(RightMomentum):
    def step(self, p: Array, g: Array) -> None:
        v = self.momentum * self.v + g
        p -= self.lr * v


MOMENTUM = {
    "parameter-unchanged": _NewArrayMomentum,
    "no-memory": _NoMemory,
    "averages": _Averages,
    "momentum-on-gradient": _Swapped,
    "never-forgets": _NeverForgets,
    "rate-in-both": _RateInBoth,
    "one-minus-momentum": _OneMinus,
    "keeps-the-array-of-the-caller": _SharesG,
    "first-step-is-zero": _FirstIsZero,
    "old-velocity": _OldVelocity,
    "no-rate": _NoRateInStep,
    "adds": _AddsStep,
    "momentum-twice": _MomentumTwice,
    "nesterov": _Lookahead,
}


class RightNesterov(RightMomentum):
    """v ← μ v + g, p ← p - lr (g + μ v)."""

    def change(self, p: Array, g: Array) -> Any:
        """Return what is subtracted."""
        return self.lr * (g + self.momentum * self.v)


class _Plain(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * self.v


class _WholeVelocity(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (g + self.v)


class _GradientLooksAhead(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (self.v + self.momentum * g)


class _MomentumOnce(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * self.momentum * self.v


class _GradientOnly(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * g


class _RateOnGradientOnly(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * g + self.momentum * self.v


class _AddsNesterov(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return -self.lr * (g + self.momentum * self.v)


class _MinusLookahead(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (g - self.momentum * self.v)


class _TwiceLookahead(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (self.v + self.momentum * self.v)


class _AveragesNesterov(RightNesterov):
    def velocity(self, g: Array) -> Any:
        return self.momentum * self.v + (1 - self.momentum) * g


class _NoMemoryNesterov(RightNesterov):
    def velocity(self, g: Array) -> Any:
        return g.copy()


class _NeverForgetsNesterov(RightNesterov):
    def velocity(self, g: Array) -> Any:
        return self.v + g


class _SharesGNesterov(RightNesterov):
    def velocity(self, g: Array) -> Any:
        return g if self.t == 1 else self.momentum * self.v + g


class _NewArrayNesterov(RightNesterov):
    def step(self, p: Array, g: Array) -> None:
        self.v = self.momentum * self.v + g
        p = p - self.lr * (g + self.momentum * self.v)


class _MomentumSquared(RightNesterov):
    def change(self, p: Array, g: Array) -> Any:
        return self.lr * (g + self.momentum**2 * self.v)


NESTEROV = {
    "parameter-unchanged": _NewArrayNesterov,
    "plain-momentum": _Plain,
    "lookahead-without-momentum": _WholeVelocity,
    "gradient-and-velocity-swapped": _GradientLooksAhead,
    "gradient-missing": _MomentumOnce,
    "velocity-missing": _GradientOnly,
    "rate-on-gradient-only": _RateOnGradientOnly,
    "adds": _AddsNesterov,
    "lookahead-subtracted": _MinusLookahead,
    "velocity-twice": _TwiceLookahead,
    "averages": _AveragesNesterov,
    "no-memory": _NoMemoryNesterov,
    "never-forgets": _NeverForgetsNesterov,
    "keeps-the-array-of-the-caller": _SharesGNesterov,
    "momentum-squared": _MomentumSquared,
}
