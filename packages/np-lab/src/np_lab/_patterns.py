"""Mistakes that any result can have: a wrong sign, a factor, another shape, zeros.

They are looked for where no mutant of the task fits. A pattern must fit all cases.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from np_lab._comparison import agree, is_numeric

Pattern = tuple[str, dict[str, Any]]  # the name of a message and its values

# Functions of one number that stand where they do not belong.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "max(…, 0)": lambda a: np.maximum(a, 0),
    "|…|": np.abs,
    "(…)²": np.square,
    "√(…)": np.sqrt,
    "exp(…)": np.exp,
    "log(…)": np.log,
    "1 / (…)": lambda a: 1 / a,
    "floor(…)": np.floor,
}


def pattern_of(
    cases: Sequence[Mapping[str, Any]], got: Sequence[Any], expected: Sequence[Any]
) -> Pattern | None:
    """Return the general mistake that turns every expected result into the one that was got."""
    if not all(is_numeric(value) for value in got):
        return None
    pairs = [(np.asarray(g), np.asarray(e)) for g, e in zip(got, expected, strict=True)]
    if any(g.shape != e.shape for g, e in pairs):
        return _other_axes(pairs)
    if all(g.dtype.kind in "iu" and agree(g, np.trunc(e)) for g, e in pairs):
        return "truncated", {}
    if all(not g.any() for g, _ in pairs):
        return "zeros", {}
    if all(agree(-g, e) for g, e in pairs):
        return "sign", {}
    return (
        _factor(cases, pairs)
        or _offset(pairs)
        or _other_axes(pairs)
        or _function(pairs)
        or _left_out(pairs)
        or _one_row_only(cases, pairs)
    )


def _other_axes(pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for axes in another order, or one axis in reverse."""
    largest, right = max(pairs, key=lambda pair: pair[1].size)
    if any(g.ndim != right.ndim or e.ndim != right.ndim for g, e in pairs):
        return None
    for a, b in itertools.combinations(range(right.ndim), 2):
        if all(agree(np.swapaxes(g, a, b), e) for g, e in pairs):
            if right.ndim == 2:
                return "transposed", {"got": largest.shape, "shape": right.shape}
            return "axes-swapped", {"axes": f"{a}, {b}"}
    for axis in range(right.ndim):
        if all(agree(np.flip(g, axis), e) for g, e in pairs):
            return "reversed", {"axis": axis}
        if any(all(agree(np.roll(g, n, axis), e) for g, e in pairs) for n in (1, -1)):
            return "shifted", {"axis": axis}
    return None


def _function(pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for a function that was applied to the right result."""
    with np.errstate(all="ignore"):
        for name, function in FUNCTIONS.items():
            if all(agree(g, function(e)) for g, e in pairs):
                return "applied", {"function": name}
    return None


def _left_out(pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for results that are right, but for places that are still 0."""
    wrong = [~np.isclose(g, e, rtol=1e-6, atol=1e-12) for g, e in pairs]
    if any(g[w].any() for (g, _), w in zip(pairs, wrong, strict=True)):
        return None
    if not any(g[~w].any() for (g, _), w in zip(pairs, wrong, strict=True)):
        return None
    first = next(w for w in wrong if w.any())
    index = [int(i) for i in np.argwhere(first)[0]] if first.ndim else ""
    return "left-out", {"count": int(first.sum()), "size": first.size, "first": index}


def _factor(cases: Sequence[Mapping[str, Any]], pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for a factor that is the batch size, its inverse, or the same number in all cases."""
    factors = []
    for g, e in pairs:
        norm = float(np.sum(np.square(e, dtype=np.float64)))
        factor = float(np.sum(np.multiply(g, e, dtype=np.float64))) / norm if norm else 1.0
        if not np.isfinite(factor) or not factor or not agree(g / factor, e):
            return None
        factors.append(factor)
    batches = [batch_size(case) for case in cases]
    if np.allclose(factors, batches, rtol=1e-4):
        return "sum-for-mean", {"batch": max(batches)}
    if np.allclose(np.multiply(factors, batches), 1, rtol=1e-4):
        return "mean-for-sum", {"batch": max(batches)}
    same = np.allclose(factors, factors[0], rtol=1e-4)
    return ("factor", {"factor": factors[0]}) if same else None


def _offset(pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for one number that is added everywhere."""
    offset = float(np.mean(pairs[0][0] - pairs[0][1])) if pairs[0][1].size else 0.0
    if np.isfinite(offset) and offset and all(agree(g - offset, e) for g, e in pairs):
        return "offset", {"offset": offset}
    return None


def _one_row_only(
    cases: Sequence[Mapping[str, Any]], pairs: list[tuple[Any, Any]]
) -> Pattern | None:
    """Look for results that are right for a batch of one row, and for no larger batch."""
    if "grads" in cases[0]:
        return None  # the arrays of an optimizer are not batches
    right = [agree(g, e) for g, e in pairs]
    one = [batch_size(case) == 1 for case in cases]
    return ("first-row-only", {}) if right == one and any(one) else None


def shape_pattern(got: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Return the name of the message for a wrong shape."""
    axes = range(len(shape))
    if any(got == shape[:a] + shape[a + 1 :] for a in axes):
        return "axis-lost"
    if any(got == (*shape[:a], 1, *shape[a:]) for a in (*axes, len(shape))):
        return "axis-added"
    if len(got) != len(shape):
        return "wrong-shape"
    differences = [g - s for g, s in zip(got, shape, strict=True) if g != s]
    names = {1: "one-too-many", -1: "one-too-few"}
    return names.get(differences[0], "wrong-shape") if len(differences) == 1 else "wrong-shape"


def batch_size(case: Mapping[str, Any]) -> int:
    """Return the number of rows of the first array of a case."""
    arrays = [v for v in case.values() if isinstance(v, np.ndarray) and v.ndim]
    return len(arrays[0]) if arrays else 1
