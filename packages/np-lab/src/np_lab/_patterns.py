"""Mistakes that any result can have: a wrong sign, a factor, a transposed matrix, zeros.

They are looked for where no mutant of the task fits. A pattern must fit all cases.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from np_lab._comparison import agree, is_numeric

Pattern = tuple[str, dict[str, Any]]  # the name of a message and its values


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
        _factor(cases, pairs) or _offset(pairs) or _other_axes(pairs) or _one_row_only(cases, pairs)
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
    return None


def _factor(cases: Sequence[Mapping[str, Any]], pairs: list[tuple[Any, Any]]) -> Pattern | None:
    """Look for a factor that is the batch size, its inverse, or the same number in all cases."""
    factors = []
    for g, e in pairs:
        norm = float(np.sum(np.square(e, dtype=np.float64)))
        factor = float(np.sum(np.multiply(g, e, dtype=np.float64))) / norm if norm else 1.0
        if not np.isfinite(factor) or not factor or not agree(g / factor, e):
            return None
        factors.append(factor)
    batches = [_batch(case) for case in cases]
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
    right = [agree(g, e) for g, e in pairs]
    one = [_batch(case) == 1 for case in cases]
    return ("first-row-only", {}) if right == one and any(one) else None


def _batch(case: Mapping[str, Any]) -> int:
    """Return the number of rows of the first array of a case."""
    arrays = [v for v in case.values() if isinstance(v, np.ndarray) and v.ndim]
    return len(arrays[0]) if arrays else 1
