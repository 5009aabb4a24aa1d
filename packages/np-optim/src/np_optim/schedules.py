"""Learning-rate schedules: callables that map the step index to the learning rate.

The index counts optimizer steps from 0. Each schedule checks its options when it is made, is
defined for every index, and keeps its last value after its end.
"""
# ruff: noqa: N801, D102 -- a schedule is used like a function, so its class has a name like one.

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from np_optim import _checks
from np_optim._elementary import cos, power

Schedule = Callable[[int], float]

CHECKS: dict[str, Callable[[str, Any], float]] = {
    **dict.fromkeys(["lr", "gamma", "start", "final"], partial(_checks.number, low=0.0)),
    **dict.fromkeys(["steps", "step_size"], _checks.count),
    **dict.fromkeys(["power", "div_factor", "final_div_factor"], _checks.positive),
}
"""What each option must be, by its name."""


@dataclass
class _Schedule(ABC):
    """Base class of all schedules: it checks their options."""

    def __post_init__(self) -> None:
        for name, check in CHECKS.items():
            if hasattr(self, name):
                setattr(self, name, check(name, getattr(self, name)))

    @abstractmethod
    def __call__(self, t: int) -> float: ...


@dataclass
class constant(_Schedule):
    """Constant rate: lr(t) = lr.

    >>> constant(0.1)(1000)
    0.1
    """

    lr: float

    def __call__(self, t: int) -> float:
        return self.lr


@dataclass
class step(_Schedule):
    """Multiply by gamma every step_size steps: lr(t) = lr · gamma^⌊t / step_size⌋.

    PyTorch has it as StepLR.

    >>> [step(1.0, step_size=2, gamma=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    lr: float
    _: KW_ONLY
    step_size: int
    gamma: float = 0.1

    def __call__(self, t: int) -> float:
        return self.lr * self.gamma ** (t // self.step_size)


@dataclass
class exponential(_Schedule):
    """Exponential decay: lr(t) = lr · gammaᵗ.

    PyTorch has it as ExponentialLR. With gamma above 1 it searches for a good learning rate.

    >>> [exponential(1.0, gamma=0.5)(t) for t in range(3)]
    [1.0, 0.5, 0.25]
    """

    lr: float
    _: KW_ONLY
    gamma: float

    def __call__(self, t: int) -> float:
        return self.lr * power(self.gamma, t)


@dataclass
class cosine(_Schedule):
    """Half a cosine from lr to final (Loshchilov and Hutter, "SGDR", ICLR 2017).

    lr(t) = final + (lr - final) · (1 + cos(π t / steps)) / 2 up to t = steps, then final. PyTorch's
    CosineAnnealingLR rises again after t = steps.

    >>> [round(cosine(1.0, steps=4)(t), 4) for t in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    final: float = 0.0

    def __call__(self, t: int) -> float:
        return _cosine(self.lr, self.final, min(t / self.steps, 1.0))


@dataclass
class linear_warmup(_Schedule):
    """Straight line from start to lr, then lr.

    lr(t) = start + (lr - start) · t / steps up to t = steps. PyTorch's LinearLR takes start as a
    factor of lr.

    >>> [linear_warmup(1.0, steps=4)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    start: float = 0.0

    def __call__(self, t: int) -> float:
        return _linear(self.start, self.lr, min(t / self.steps, 1.0))


@dataclass
class polynomial(_Schedule):
    """Polynomial decay: lr(t) = final + (lr - final) · (1 - t / steps)^power up to t = steps.

    With final = 0 it is PyTorch's PolynomialLR.

    >>> [polynomial(1.0, steps=4, power=2)(t) for t in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    power: float = 1.0
    final: float = 0.0

    def __call__(self, t: int) -> float:
        fraction = min(t / self.steps, 1.0)
        return self.final + (self.lr - self.final) * power(1 - fraction, self.power)


@dataclass
class one_cycle(_Schedule):
    """Rise to lr, then fall far below the start (Smith and Topin, "Super-Convergence", 2018).

    The rate rises from lr / div_factor to lr at step pct_start · steps - 1. It then falls to
    lr / (div_factor · final_div_factor) at the last step. ``anneal`` is "cosine" or "linear". The
    numbers are those of PyTorch's OneCycleLR.

    >>> [round(one_cycle(1.0, steps=6, pct_start=0.5)(t), 4) for t in range(7)]
    [0.04, 0.52, 1.0, 0.75, 0.25, 0.0, 0.0]
    """

    lr: float
    _: KW_ONLY
    steps: int
    pct_start: float = 0.3
    div_factor: float = 25.0
    final_div_factor: float = 1e4
    anneal: str = "cosine"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pct_start = _checks.number("pct_start", self.pct_start, 0.0, 1.0)
        if self.anneal not in ("cosine", "linear"):
            raise ValueError(
                f"anneal must be one of ['cosine', 'linear'], got {self.anneal!r}; pass 'cosine'"
            )

    def __call__(self, t: int) -> float:
        peak, last = self.pct_start * self.steps - 1, self.steps - 1
        start = self.lr / self.div_factor
        final = start / self.final_div_factor
        if t <= peak:
            begin, end, low, high = 0.0, peak, start, self.lr
        else:
            begin, end, low, high = peak, last, self.lr, final
        curve = _cosine if self.anneal == "cosine" else _linear
        return curve(low, high, min((t - begin) / (end - begin), 1.0) if end > begin else 1.0)


@dataclass
class piecewise(_Schedule):
    """Constant pieces: values[i] from boundaries[i - 1] to the step before boundaries[i].

    There is one value more than boundaries. PyTorch's MultiStepLR is the case of values that
    fall by one factor.

    >>> [piecewise([1.0, 0.5, 0.1], boundaries=[2, 4])(t) for t in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]
    """

    values: Sequence[float]
    _: KW_ONLY
    boundaries: Sequence[int]

    def __post_init__(self) -> None:
        self.values = [
            _checks.number(f"values[{i}]", value, 0.0) for i, value in enumerate(self.values)
        ]
        self.boundaries = _ascending(self.boundaries, pieces=len(self.values))

    def __call__(self, t: int) -> float:
        return self.values[bisect_right(self.boundaries, t)]


@dataclass
class join(_Schedule):
    """One schedule after another; each counts from 0 at its boundary.

    There is one schedule more than boundaries. PyTorch has it as SequentialLR.

    >>> warm = join([linear_warmup(1.0, steps=2), cosine(1.0, steps=4)], boundaries=[2])
    >>> [round(warm(t), 4) for t in range(7)]
    [0.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 0.0]
    """

    schedules: Sequence[Schedule]
    _: KW_ONLY
    boundaries: Sequence[int]

    def __post_init__(self) -> None:
        self.schedules = list(self.schedules)
        self.boundaries = _ascending(self.boundaries, pieces=len(self.schedules))

    def __call__(self, t: int) -> float:
        i = bisect_right(self.boundaries, t)
        return self.schedules[i](t - (self.boundaries[i - 1] if i else 0))


def _linear(start: float, end: float, fraction: float) -> float:
    return start + (end - start) * fraction


def _cosine(start: float, end: float, fraction: float) -> float:
    return end + (start - end) * (1 + cos(math.pi * fraction)) / 2


def _ascending(boundaries: Sequence[int], *, pieces: int) -> list[int]:
    ends = [_checks.count(f"boundaries[{i}]", end) for i, end in enumerate(boundaries)]
    if len(ends) + 1 != pieces:
        raise ValueError(
            f"there must be one piece more than boundaries, got {pieces} pieces and "
            f"{len(ends)} boundaries; a boundary lies between two pieces"
        )
    if any(late <= early for early, late in pairwise(ends)):
        raise ValueError(f"boundaries must ascend, got {boundaries!r}; sort them")
    return ends
