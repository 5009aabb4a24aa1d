"""Learning-rate schedules: functions that return a function from the step index to the rate.

The index counts optimizer steps from 0. Every schedule is checked when it is made, is defined for
every index, and holds its last value after its end.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from np_optim import _checks
from np_optim.optimizer import Schedule


def constant(lr: float) -> Schedule:
    """Return lr(t) = lr.

    >>> constant(0.1)(1000)
    0.1
    """
    lr = _checks.number("lr", lr, 0.0)
    return lambda t: lr


def step(lr: float, *, step_size: int, gamma: float = 0.1) -> Schedule:
    """Return lr(t) = lr · gamma^⌊t / step_size⌋, PyTorch's StepLR.

    >>> [step(1.0, step_size=2, gamma=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    lr = _checks.number("lr", lr, 0.0)
    step_size = _checks.count("step_size", step_size)
    gamma = _checks.number("gamma", gamma, 0.0)
    return lambda t: _grown(lr, gamma, t // step_size)


def exponential(lr: float, *, gamma: float) -> Schedule:
    """Return lr(t) = lr · gammaᵗ, PyTorch's ExponentialLR; gamma above 1 makes a range test.

    >>> [exponential(1.0, gamma=0.5)(t) for t in range(3)]
    [1.0, 0.5, 0.25]
    """
    lr = _checks.number("lr", lr, 0.0)
    gamma = _checks.number("gamma", gamma, 0.0)
    return lambda t: _grown(lr, gamma, t)


def cosine(lr: float, *, steps: int, final: float = 0.0) -> Schedule:
    """Return half a cosine from lr to final (Loshchilov and Hutter, "SGDR", ICLR 2017).

    lr(t) = final + (lr - final) · (1 + cos(π t / steps)) / 2 up to t = steps. PyTorch's
    CosineAnnealingLR agrees so far, but climbs again afterwards.

    >>> [round(cosine(1.0, steps=4)(t), 4) for t in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """
    lr, final = _checks.number("lr", lr, 0.0), _checks.number("final", final, 0.0)
    steps = _checks.count("steps", steps)
    return lambda t: _cosine(lr, final, min(t / steps, 1.0))


def linear_warmup(lr: float, *, steps: int, start: float = 0.0) -> Schedule:
    """Return a line from start to lr, then lr.

    lr(t) = start + (lr - start) · t / steps up to t = steps. PyTorch's LinearLR gives start as a
    factor of lr, above 0.

    >>> [linear_warmup(1.0, steps=4)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    lr, start = _checks.number("lr", lr, 0.0), _checks.number("start", start, 0.0)
    steps = _checks.count("steps", steps)
    return lambda t: _linear(start, lr, min(t / steps, 1.0))


def polynomial(lr: float, *, steps: int, power: float = 1.0, final: float = 0.0) -> Schedule:
    """Return lr(t) = final + (lr - final) · (1 - t / steps)^power up to t = steps.

    With final = 0 this is PyTorch's PolynomialLR.

    >>> [polynomial(1.0, steps=4, power=2)(t) for t in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """
    lr, final = _checks.number("lr", lr, 0.0), _checks.number("final", final, 0.0)
    steps = _checks.count("steps", steps)
    power = _checks.positive("power", power)
    return lambda t: final + (lr - final) * (1 - min(t / steps, 1.0)) ** power


def one_cycle(
    lr: float,
    *,
    steps: int,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    anneal: str = "cosine",
    three_phase: bool = False,
) -> Schedule:
    """Return a rise to lr and a fall far below the start (Smith and Topin, 2018).

    From lr / div_factor to lr at step pct_start · steps - 1, then down to
    lr / (div_factor · final_div_factor) at the last step. With three_phase the fall mirrors the
    rise first. `anneal` is "cosine" or "linear". The numbers are those of PyTorch's OneCycleLR.

    >>> [round(one_cycle(1.0, steps=6, pct_start=0.5)(t), 4) for t in range(7)]
    [0.04, 0.52, 1.0, 0.75, 0.25, 0.0, 0.0]
    """
    lr = _checks.number("lr", lr, 0.0)
    steps = _checks.count("steps", steps)
    pct_start = _checks.number("pct_start", pct_start, 0.0, 0.5 if three_phase else 1.0)
    start = lr / _checks.positive("div_factor", div_factor)
    final = start / _checks.positive("final_div_factor", final_div_factor)
    curves = {"cosine": _cosine, "linear": _linear}
    if anneal not in curves:
        raise ValueError(f"anneal must be one of {sorted(curves)}, got {anneal!r}; pass 'cosine'")
    curve, peak, last = curves[anneal], pct_start * steps - 1, steps - 1
    phases = [(0.0, peak, start, lr), (peak, 2 * peak, lr, start), (2 * peak, last, start, final)]
    if not three_phase:
        phases[1:] = [(peak, last, lr, final)]

    def schedule(t: int) -> float:
        begin, end, low, high = next((phase for phase in phases if t <= phase[1]), phases[-1])
        return curve(low, high, min((t - begin) / (end - begin), 1.0) if end > begin else 1.0)

    return schedule


def piecewise(values: Sequence[float], *, boundaries: Sequence[int]) -> Schedule:
    """Return values[i] from boundaries[i - 1] until the step before boundaries[i].

    There is one value more than boundaries. PyTorch's MultiStepLR is the case of
    values that fall by one factor.

    >>> [piecewise([1.0, 0.5, 0.1], boundaries=[2, 4])(t) for t in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]
    """
    rates = [_checks.number(f"values[{i}]", value, 0.0) for i, value in enumerate(values)]
    ends = _ascending(boundaries, pieces=len(rates))
    return lambda t: rates[bisect_right(ends, t)]


def join(schedules: Sequence[Schedule], *, boundaries: Sequence[int]) -> Schedule:
    """Return one schedule after another, each counting from 0 at its boundary.

    There is one schedule more than boundaries. It is PyTorch's SequentialLR.

    >>> warm = join([linear_warmup(1.0, steps=2), cosine(1.0, steps=4)], boundaries=[2])
    >>> [round(warm(t), 4) for t in range(7)]
    [0.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 0.0]
    """
    for i, schedule in enumerate(schedules):
        if not callable(schedule):
            raise TypeError(f"schedules[{i}] must be callable, got {schedule!r}; use constant()")
    parts = list(schedules)
    ends = _ascending(boundaries, pieces=len(parts))
    starts = [0, *ends]

    def joined(t: int) -> float:
        i = bisect_right(ends, t)
        return parts[i](t - starts[i])

    return joined


def _grown(lr: float, gamma: float, times: int) -> float:
    """Return lr · gamma^times, infinity where that power is beyond the largest float."""
    try:
        return lr * gamma**times
    except OverflowError:
        return math.inf if lr else 0.0


def _linear(start: float, end: float, fraction: float) -> float:
    return start + (end - start) * fraction


def _cosine(start: float, end: float, fraction: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * fraction)) / 2


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
