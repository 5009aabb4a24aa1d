"""Mistakes in Adagrad, RMSprop, AdaDelta and Adam: each changes one method of a right class."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class RightAdagrad:
    """h ← h + g², p ← p - lr g / (√h + ε)."""

    def __init__(self, lr: float, eps: float, gamma: float = 0.0) -> None:
        self.lr, self.eps, self.gamma, self.t = lr, eps, gamma, 0
        self.h: Any = 0.0

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.t += 1
        self.h = self.accumulate(self.square(g))
        p -= self.rate() * g / self.scale(self.h)

    def square(self, g: Array) -> Any:
        """Return what is accumulated."""
        return g**2

    def accumulate(self, square: Any) -> Any:
        """Return the new h."""
        return self.h + square

    def scale(self, h: Any) -> Any:
        """Return the denominator."""
        return np.sqrt(h) + self.eps

    def rate(self) -> float:
        """Return the learning rate."""
        return self.lr


class RightRMSprop(RightAdagrad):
    """h ← γ h + (1 - γ) g², p ← p - lr g / (√h + ε)."""

    def accumulate(self, square: Any) -> Any:
        """Return the new h."""
        return self.gamma * self.h + (1 - self.gamma) * square


def _adaptive(base: type) -> dict[str, Any]:
    """Return the mistakes that Adagrad and RMSprop share."""

    class Absolute(base):  # type: ignore[misc]
        def square(self, g: Array) -> Any:
            return np.abs(g)

    class NotSquared(base):  # type: ignore[misc]
        def square(self, g: Array) -> Any:
            return g

    class OneForAll(base):  # type: ignore[misc]
        def square(self, g: Array) -> Any:
            return np.sum(g**2)

    class MeanOfAll(base):  # type: ignore[misc]
        def square(self, g: Array) -> Any:
            return np.mean(g**2)

    class NoRoot(base):  # type: ignore[misc]
        def scale(self, h: Any) -> Any:
            return h + self.eps

    class EpsilonInRoot(base):  # type: ignore[misc]
        def scale(self, h: Any) -> Any:
            return np.sqrt(h + self.eps)

    class NoEpsilon(base):  # type: ignore[misc]
        def scale(self, h: Any) -> Any:
            return np.sqrt(h)

    class TenfoldEpsilon(base):  # type: ignore[misc]
        def scale(self, h: Any) -> Any:
            return np.sqrt(h) + 10 * self.eps

    class Multiplies(base):  # type: ignore[misc]
        def scale(self, h: Any) -> Any:
            return 1 / (np.sqrt(h) + self.eps)

    class RateMissing(base):  # type: ignore[misc]
        def rate(self) -> float:
            return 1.0

    class Adds(base):  # type: ignore[misc]
        def rate(self) -> float:
            return float(-self.lr)

    class OldSquares(base):  # type: ignore[misc]
        h: Any

        def step(self, p: Array, g: Array) -> None:
            p -= self.lr * g / self.scale(self.h)
            self.h = self.accumulate(g**2)

    class NewArray(base):  # type: ignore[misc]
        def step(self, p: Array, g: Array) -> None:
            self.h = self.accumulate(g**2)
            p = p - self.lr * g / self.scale(self.h)

    class WritesIntoG(base):  # type: ignore[misc]
        def step(self, p: Array, g: Array) -> None:
            self.h = self.accumulate(g**2)
            g /= self.scale(self.h)
            p -= self.lr * g

    class NoMemory(base):  # type: ignore[misc]
        def accumulate(self, square: Any) -> Any:
            return square

    return {
        "parameter-unchanged": NewArray,
        "writes-into-input": WritesIntoG,
        "no-memory": NoMemory,
        "not-squared": NotSquared,
        "absolute": Absolute,
        "one-for-all": OneForAll,
        "mean-of-all": MeanOfAll,
        "no-root": NoRoot,
        "epsilon-in-root": EpsilonInRoot,
        "no-epsilon": NoEpsilon,
        "tenfold-epsilon": TenfoldEpsilon,
        "multiplies": Multiplies,
        "old-squares": OldSquares,
        "rate-missing": RateMissing,
        "adds": Adds,
    }


class _Fades(RightAdagrad):
    def accumulate(self, square: Any) -> Any:
        return 0.9 * self.h + 0.1 * square


class _NeverForgets(RightRMSprop):
    def accumulate(self, square: Any) -> Any:
        return self.h + square


class _SwappedWeights(RightRMSprop):
    def accumulate(self, square: Any) -> Any:
        return (1 - self.gamma) * self.h + self.gamma * square


class _NotAnAverage(RightRMSprop):
    def accumulate(self, square: Any) -> Any:
        return self.gamma * self.h + square


class _StartsAtFirst(RightRMSprop):
    def accumulate(self, square: Any) -> Any:
        return square if self.t == 1 else self.gamma * self.h + (1 - self.gamma) * square


class _Corrected(RightRMSprop):
    def scale(self, h: Any) -> Any:
        return np.sqrt(h / (1 - self.gamma**self.t)) + self.eps


class _RateAccumulated(RightAdagrad):
    def square(self, g: Array) -> Any:
        return (self.lr * g) ** 2


class _RootKept(RightRMSprop):
    def accumulate(self, square: Any) -> Any:
        return np.sqrt(super().accumulate(square))

    def scale(self, h: Any) -> Any:
        return h + self.eps


ADAGRAD = {**_adaptive(RightAdagrad), "fades": _Fades, "rate-accumulated": _RateAccumulated}
RMSPROP = {
    **{k: v for k, v in _adaptive(RightRMSprop).items() if k != "no-memory"},
    "never-forgets": _NeverForgets,
    "weights-swapped": _SwappedWeights,
    "not-an-average": _NotAnAverage,
    "starts-at-first-square": _StartsAtFirst,
    "bias-corrected": _Corrected,
    "root-kept": _RootKept,
}


class RightAdaDelta:
    """The order of the paper: h, d, s, p."""

    def __init__(self, rho: float, eps: float) -> None:
        self.rho, self.eps = rho, eps
        self.h: Any = 0.0
        self.s: Any = 0.0

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.h = self.squares(g)
        d = self.factor() * g
        self.s = self.steps(d, g)
        p -= self.change(d)

    def squares(self, g: Array) -> Any:
        """Return the new h."""
        return self.rho * self.h + (1 - self.rho) * g**2

    def factor(self) -> Any:
        """Return what g is multiplied by."""
        return np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps)

    def steps(self, d: Any, g: Array) -> Any:
        """Return the new s."""
        return self.rho * self.s + (1 - self.rho) * d**2

    def change(self, d: Any) -> Any:
        """Return what is subtracted."""
        return d


class _StepsFirst(RightAdaDelta):
    def step(self, p: Array, g: Array) -> None:
        self.h = self.squares(g)
        d = self.factor() * g
        self.s = self.steps(d, g)
        p -= self.factor() * g


class _SquaresLast(RightAdaDelta):
    def step(self, p: Array, g: Array) -> None:
        d = self.factor() * g
        self.h = self.squares(g)
        self.s = self.steps(d, g)
        p -= d


class _RatioInverted(RightAdaDelta):
    def factor(self) -> Any:
        return np.sqrt(self.h + self.eps) / np.sqrt(self.s + self.eps)


class _EpsilonOutside(RightAdaDelta):
    def factor(self) -> Any:
        return (np.sqrt(self.s) + self.eps) / (np.sqrt(self.h) + self.eps)


class _NoEpsilonAbove(RightAdaDelta):
    def factor(self) -> Any:
        return np.sqrt(self.s) / np.sqrt(self.h + self.eps)


class _NoRootDelta(RightAdaDelta):
    def factor(self) -> Any:
        return (self.s + self.eps) / (self.h + self.eps)


class _RMSpropStep(RightAdaDelta):
    def factor(self) -> Any:
        return 1 / np.sqrt(self.h + self.eps)


class _StepsOfGradient(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return self.rho * self.s + (1 - self.rho) * g**2


class _StepsNotSquared(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return self.rho * self.s + (1 - self.rho) * np.abs(d)


class _StepsNeverForgotten(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return self.s + d**2


class _SquaresNeverForgotten(RightAdaDelta):
    def squares(self, g: Array) -> Any:
        return self.h + g**2


class _SquaresSwapped(RightAdaDelta):
    def squares(self, g: Array) -> Any:
        return (1 - self.rho) * self.h + self.rho * g**2


class _StepsSwapped(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return (1 - self.rho) * self.s + self.rho * d**2


class _TenthOfStep(RightAdaDelta):
    def change(self, d: Any) -> Any:
        return 0.001 * d


class _AddsDelta(RightAdaDelta):
    def change(self, d: Any) -> Any:
        return -d


class _StepsOfSquares(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return self.rho * self.h + (1 - self.rho) * d**2


class _StepsNeverUpdated(RightAdaDelta):
    def steps(self, d: Any, g: Array) -> Any:
        return self.s


ADADELTA = {
    "steps-before-use": _StepsFirst,
    "squares-after-use": _SquaresLast,
    "ratio-inverted": _RatioInverted,
    "epsilon-outside": _EpsilonOutside,
    "parameter-unchanged": _NoEpsilonAbove,
    "no-root": _NoRootDelta,
    "no-steps": _RMSpropStep,
    "steps-of-gradient": _StepsOfGradient,
    "steps-not-squared": _StepsNotSquared,
    "steps-never-forgotten": _StepsNeverForgotten,
    "squares-never-forgotten": _SquaresNeverForgotten,
    "squares-weights-swapped": _SquaresSwapped,
    "steps-weights-swapped": _StepsSwapped,
    "learning-rate": _TenthOfStep,
    "adds": _AddsDelta,
    "steps-average-h": _StepsOfSquares,
    "steps-never-updated": _StepsNeverUpdated,
}


class RightAdam:
    """m, v, the corrections and the step, one method each."""

    def __init__(self, lr: float, beta1: float, beta2: float, eps: float) -> None:
        self.lr, self.beta1, self.beta2, self.eps, self.t = lr, beta1, beta2, eps, 0
        self.m: Any = 0.0
        self.v: Any = 0.0

    def step(self, p: Array, g: Array) -> None:
        """Change p in place."""
        self.t += 1
        self.m = self.first(g)
        self.v = self.second(g)
        p -= self.change(self.m / self.correction1(), self.v / self.correction2(), p)

    def first(self, g: Array) -> Any:
        """Return the new m."""
        return self.beta1 * self.m + (1 - self.beta1) * g

    def second(self, g: Array) -> Any:
        """Return the new v."""
        return self.beta2 * self.v + (1 - self.beta2) * g**2

    def correction1(self) -> Any:
        """Return what m is divided by."""
        return 1 - self.beta1**self.t

    def correction2(self) -> Any:
        """Return what v is divided by."""
        return 1 - self.beta2**self.t

    def change(self, m: Any, v: Any, p: Array) -> Any:
        """Return what is subtracted."""
        return self.lr * m / (np.sqrt(v) + self.eps)


class _ConstantCorrection(RightAdam):
    def correction1(self) -> Any:
        return 1 - self.beta1

    def correction2(self) -> Any:
        return 1 - self.beta2


class _ConstantSquares(RightAdam):
    """The founding form: 1 - β² for both."""

    def correction1(self) -> Any:
        return 1 - self.beta1**2

    def correction2(self) -> Any:
        return 1 - self.beta2**2


class _SecondCorrectionConstant(RightAdam):
    def correction2(self) -> Any:
        return 1 - self.beta2**2


class _NoCorrection(RightAdam):
    def correction1(self) -> Any:
        return 1.0

    def correction2(self) -> Any:
        return 1.0


class _OnlyFirst(RightAdam):
    def correction2(self) -> Any:
        return 1.0


class _OnlySecond(RightAdam):
    def correction1(self) -> Any:
        return 1.0


class _LateCount1(RightAdam):
    def correction1(self) -> Any:
        return 1 - self.beta1 ** (self.t + 1)

    def correction2(self) -> Any:
        return 1 - self.beta2 ** (self.t + 1)


class _CountsFromZero(RightAdam):
    def correction1(self) -> Any:
        return 1 - self.beta1 ** (self.t - 1)

    def correction2(self) -> Any:
        return 1 - self.beta2 ** (self.t - 1)


class _CorrectionTimesT(RightAdam):
    def correction1(self) -> Any:
        return 1 - self.beta1 * self.t

    def correction2(self) -> Any:
        return 1 - self.beta2 * self.t


class _CorrectionMultiplies(RightAdam):
    def correction1(self) -> Any:
        return 1 / (1 - self.beta1**self.t)

    def correction2(self) -> Any:
        return 1 / (1 - self.beta2**self.t)


class _BetasSwapped(RightAdam):
    def __init__(self, lr: float, beta1: float, beta2: float, eps: float) -> None:
        super().__init__(lr, beta2, beta1, eps)


class _StoresCorrected(RightAdam):
    def step(self, p: Array, g: Array) -> None:
        self.t += 1
        self.m = self.first(g) / self.correction1()
        self.v = self.second(g) / self.correction2()
        p -= self.change(self.m, self.v, p)


class _FirstNotAveraged(RightAdam):
    def first(self, g: Array) -> Any:
        return self.beta1 * self.m + g


class _FirstWeightsSwapped(RightAdam):
    def first(self, g: Array) -> Any:
        return (1 - self.beta1) * self.m + self.beta1 * g


class _FirstIsGradient(RightAdam):
    def first(self, g: Array) -> Any:
        return g * self.correction1()


class _SecondNotSquared(RightAdam):
    def second(self, g: Array) -> Any:
        return self.beta2 * self.v + (1 - self.beta2) * np.abs(g)


class _SecondOfFirst(RightAdam):
    def second(self, g: Array) -> Any:
        return self.beta2 * self.v + (1 - self.beta2) * self.m**2


class _SecondSquaredWeights(RightAdam):
    def second(self, g: Array) -> Any:
        return self.beta2 * self.v + ((1 - self.beta2) * g) ** 2


class _SecondUsesBeta1(RightAdam):
    def second(self, g: Array) -> Any:
        return self.beta1 * self.v + (1 - self.beta1) * g**2


class _SecondNeverForgets(RightAdam):
    def second(self, g: Array) -> Any:
        return self.v + g**2


class _EpsilonInRoot(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / np.sqrt(v + self.eps)


class _TenfoldEpsilon(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / (np.sqrt(v) + 10 * self.eps)


class _EpsilonNotCorrected(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / (np.sqrt(v) + self.eps / np.sqrt(self.correction2()))


class _NoEpsilon(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / np.sqrt(v)


class _NoRoot(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / (v + self.eps)


class _Precedence(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * m / np.sqrt(v) + self.eps


class _Adds(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return -self.lr * m / (np.sqrt(v) + self.eps)


class _Decays(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * (m / (np.sqrt(v) + self.eps) + 0.01 * p)


class _NewArray(RightAdam):
    def step(self, p: Array, g: Array) -> None:
        self.t += 1
        self.m, self.v = self.first(g), self.second(g)
        p = p - self.change(self.m, self.v, p)


class _WritesIntoG(RightAdam):
    def second(self, g: Array) -> Any:
        g **= 2
        return self.beta2 * self.v + (1 - self.beta2) * g


class _PowerOfDifference(RightAdam):
    def correction1(self) -> Any:
        return (1 - self.beta1) ** self.t

    def correction2(self) -> Any:
        return (1 - self.beta2) ** self.t


class _SecondOfCentered(RightAdam):
    def second(self, g: Array) -> Any:
        return self.beta2 * self.v + (1 - self.beta2) * (g - self.m) ** 2


def _fixed_epsilon(epsilon: float) -> type[RightAdam]:
    class FixedEpsilon(RightAdam):
        def change(self, m: Any, v: Any, p: Array) -> Any:
            return self.lr * m / (np.sqrt(v) + epsilon)

    return FixedEpsilon


class _NothingKept(RightAdam):
    def first(self, g: Array) -> Any:
        return (1 - self.beta1) * g

    def second(self, g: Array) -> Any:
        return (1 - self.beta2) * g**2


class _MomentsSwapped(RightAdam):
    def change(self, m: Any, v: Any, p: Array) -> Any:
        return self.lr * v / (np.sqrt(m) + self.eps)


ADAM: dict[str, Any] = {
    "correction-constant-squares": _ConstantSquares,
    "correction-constant": _ConstantCorrection,
    "second-correction-constant": _SecondCorrectionConstant,
    "tenfold-epsilon": _TenfoldEpsilon,
    "no-correction": _NoCorrection,
    "only-first-corrected": _OnlyFirst,
    "only-second-corrected": _OnlySecond,
    "counts-from-two": _LateCount1,
    "counts-from-zero": _CountsFromZero,
    "beta-times-t": _CorrectionTimesT,
    "correction-multiplies": _CorrectionMultiplies,
    "betas-swapped": _BetasSwapped,
    "corrected-is-kept": _StoresCorrected,
    "first-not-averaged": _FirstNotAveraged,
    "first-weights-swapped": _FirstWeightsSwapped,
    "first-is-gradient": _FirstIsGradient,
    "second-not-squared": _SecondNotSquared,
    "second-of-first": _SecondOfFirst,
    "second-squares-its-weight": _SecondSquaredWeights,
    "second-uses-beta1": _SecondUsesBeta1,
    "second-never-forgets": _SecondNeverForgets,
    "epsilon-in-root": _EpsilonInRoot,
    "epsilon-before-correction": _EpsilonNotCorrected,
    "no-epsilon": _NoEpsilon,
    "no-root": _NoRoot,
    "epsilon-outside-fraction": _Precedence,
    "adds": _Adds,
    "decays-weights": _Decays,
    "parameter-unchanged": _NewArray,
    "writes-into-input": _WritesIntoG,
    "power-of-one-minus-beta": _PowerOfDifference,
    "second-of-centered": _SecondOfCentered,
    "tenfold-epsilon#fixed": _fixed_epsilon(10e-8),
    "epsilon-fixed": _fixed_epsilon(1e-8),
    "nothing-is-kept": _NothingKept,
    "m-and-v-swapped": _MomentsSwapped,
}
