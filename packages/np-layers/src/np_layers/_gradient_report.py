"""Compare one array of gradients with central differences, and name the mistake."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from np_layers._types import Array, Shape


class Settings(NamedTuple):
    """How gradients are compared; see `np_layers.testing.check_gradients`."""

    step: float
    rtol: float
    atol: float
    samples: int | None


class Mistake(NamedTuple):
    """A mistake that makes the gradient ``factor`` · numeric + ``offset``."""

    cause: str
    factor: float
    offset: Array | float


COMMON = [
    Mistake("the gradient is zero: is this part missing?", 0, 0.0),
    Mistake("the sign is wrong", -1, 0.0),
]


def compare(
    name: str,
    array: Array,
    analytic: Array,
    value: Callable[[], float],
    settings: Settings,
    mistakes: Sequence[Mistake] = (),
) -> list[str]:
    """Return a list of one text that says what is wrong with a gradient, or an empty list.

    Parameters
    ----------
    name : str
        Name of the array.
    array : ndarray
        Its elements are changed one after another, and restored.
    analytic : ndarray
        The programmed gradient.
    value : function
        Computes the checked function.
    settings : Settings
        Step, tolerances and number of places.
    mistakes : sequence of Mistake
        Likely mistakes in this array, besides the common ones.
    """
    if analytic.shape != array.shape:
        return [
            f"the gradient of {name} must have the shape {array.shape} of the array itself, "
            f"got {analytic.shape}"
        ]
    places = _places(array.shape, settings.samples)
    a = np.array([analytic[place] for place in places])
    n = np.array([_central_difference(value, array, place, settings.step) for place in places])
    wrong = ~(np.abs(a - n) <= settings.atol + settings.rtol * np.abs(n))
    if not wrong.any():
        return []
    first = int(np.argmax(wrong))
    lines = [
        f"the gradient of {name}[{', '.join(map(str, places[first]))}] is wrong "
        f"({np.count_nonzero(wrong)} of {len(places)} places differ)",
        f"  analytic  {a[first]: .9g}   (what backward returned)",
        f"  numeric   {n[first]: .9g}   (how much loss + penalty changes, measured)",
    ]
    if abs(n[first]) > settings.atol:
        lines.append(f"  ratio     {a[first] / n[first]: .9g}")
    cause = _cause(a, n, places, mistakes, settings) or _cause_of_all(analytic, a, n, settings)
    return ["\n".join([*lines, f"  {cause}"] if cause else lines)]


def report(faults: Sequence[str]) -> None:
    """Raise AssertionError with all faults, if there are any."""
    if faults:
        raise AssertionError("\n".join(faults))


def _central_difference(
    value: Callable[[], float], array: Array, index: tuple[int, ...], step: float
) -> float:
    """Return (f(θ + h) − f(θ − h)) / 2h for one element, which is restored."""
    original = float(array[index])
    h = step * max(1.0, abs(original))
    array[index] = above = original + h
    f_above = value()
    array[index] = below = original - h
    f_below = value()
    array[index] = original
    return (f_above - f_below) / (above - below)


def _cause(
    a: Array,
    n: Array,
    places: list[tuple[int, ...]],
    mistakes: Sequence[Mistake],
    settings: Settings,
) -> str:
    """Return the first mistake that explains the analytic gradients ``a`` at all places."""
    if np.isnan(a).any():
        return "it holds NaN: is every element set?"
    for cause, factor, offset in [*COMMON, *mistakes]:
        if not isinstance(offset, float):
            offset = np.array([offset[place] for place in places])
        if _close(a, factor * n + offset, settings):
            return cause
    largest = int(np.argmax(np.abs(n)))
    ratio = a[largest] / n[largest] if n[largest] else 0.0
    if ratio > 1.5 and _close(a, round(ratio) * n, settings):
        return f"{round(ratio)} times too large: a sum where value and gradient have a mean?"
    if 0 < ratio < 0.7 and _close(a, n / round(1 / ratio), settings):
        return f"{round(1 / ratio)} times too small: a mean where a sum belongs?"
    return ""


def _cause_of_all(analytic: Array, a: Array, n: Array, settings: Settings) -> str:
    """Return a mistake that shows in the array as a whole."""
    if len(n) == analytic.size and analytic.ndim == 2:
        transposed = n.reshape(analytic.shape).T
        if _close(analytic.ravel(), transposed.ravel(), settings):
            return "it is transposed"
    if len(n) > 1 and np.ptp(a) == 0 and np.ptp(n) > settings.atol:
        return "all elements are equal: is it summed over too many axes?"
    return ""


def _close(a: Array, guess: Array, settings: Settings) -> bool:
    scale = float(np.max(np.abs(guess), initial=0.0))
    return bool(np.all(np.abs(a - guess) <= settings.atol + 10 * settings.rtol * scale))


def _places(shape: Shape, samples: int | None) -> list[tuple[int, ...]]:
    """Return all places of an array, or ``samples`` of them spread evenly from first to last."""
    size = math.prod(shape)
    if samples is None or size <= samples:
        return list(np.ndindex(shape))
    flat = np.linspace(0, size - 1, samples).astype(int)
    return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]
