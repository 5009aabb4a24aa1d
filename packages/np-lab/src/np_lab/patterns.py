"""Mistakes that any result can have: a wrong sign, a factor, a transposed matrix, zeros.

They are looked for where no mutant of the task fits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from np_lab.comparison import agree
from np_lab.task import Arrays, Text


class Pattern(NamedTuple):
    """The name of a general mistake, and what to tell the student."""

    name: str
    text: Text


def pattern_of(
    output: str, cases: list[Arrays], got: list[Any], right: list[Any]
) -> Pattern | None:
    """Return the general mistake that turns every expected output into the one that was got."""
    if any(value is None or np.asarray(value).dtype.kind not in "biuf" for value in got):
        return None
    arrays = [np.asarray(value) for value in got]
    if all(a.shape == np.shape(r) for a, r in zip(arrays, right, strict=True)):
        if not any(a.any() for a in arrays):
            return Pattern(
                "zeros",
                Text(
                    f"{output} is zero everywhere. Is it computed, and is it returned?",
                    f"{output}이(가) 모두 0입니다. 계산해서 반환하고 있나요?",
                ),
            )
        if all(agree(-a, r) for a, r in zip(arrays, right, strict=True)):
            return Pattern(
                "sign",
                Text(f"{output} has the wrong sign.", f"{output}의 부호가 반대입니다."),
            )
        return _factor(output, cases, arrays, right)
    if all(a.ndim == 2 and agree(a.T, r) for a, r in zip(arrays, right, strict=True)):
        return Pattern(
            "transposed",
            Text(
                f"{output} is transposed: it must have the shape of what it is the gradient of.",
                f"{output}이(가) 전치되어 있습니다. 어떤 배열의 기울기라면 그 배열과 모양이 같아야 합니다.",
            ),
        )
    return None


def _factor(output: str, cases: list[Arrays], got: list[Any], right: list[Any]) -> Pattern | None:
    """Look for a factor that is the batch size, its inverse, or the same number in all cases."""
    factors = []
    for a, r in zip(got, right, strict=True):
        norm = float(np.sum(np.square(r, dtype=np.float64)))
        factor = float(np.sum(np.multiply(a, r, dtype=np.float64))) / norm if norm else 1.0
        if not np.isfinite(factor) or not factor or not agree(a / factor, r):
            return None
        factors.append(factor)
    batches = [len(next(v for v in case.values() if isinstance(v, np.ndarray))) for case in cases]
    if np.allclose(factors, batches, rtol=1e-4):
        return Pattern(
            "sum-for-mean",
            Text(
                f"{output} is too large by the batch size. Is a sum taken where a mean belongs?",
                f"{output}이(가) 배치 크기만큼 큽니다. 평균을 낼 곳에서 합을 구하지 않았나요?",
            ),
        )
    if np.allclose(np.multiply(factors, batches), 1, rtol=1e-4):
        return Pattern(
            "mean-for-sum",
            Text(
                f"{output} is too small by the batch size. Is a mean taken where a sum belongs?",
                f"{output}이(가) 배치 크기만큼 작습니다. 합을 구할 곳에서 평균을 내지 않았나요?",
            ),
        )
    if np.allclose(factors, factors[0], rtol=1e-4):
        return Pattern(
            "factor",
            Text(
                f"{output} is {factors[0]:.6g} times what it must be. Where does this factor come from?",
                f"{output}이(가) 맞는 값의 {factors[0]:.6g}배입니다. 이 배수는 어디에서 왔을까요?",
            ),
        )
    return None
