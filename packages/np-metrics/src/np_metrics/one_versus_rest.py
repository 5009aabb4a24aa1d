"""A binary metric of scores, applied to each class against all others and averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Area = Callable[[NDArray[np.bool_], NDArray[Any], NDArray[Any] | None], float]


def one_versus_rest(
    area: Area,
    codes: NDArray[np.intp],
    scores: NDArray[Any],
    weights: NDArray[Any] | None,
    average: str | None,
) -> float | NDArray[np.float64]:
    """Return ``area`` of every class (``average=None``) or averaged; ``codes`` are columns."""
    K = scores.shape[1]
    if average == "micro":
        one_hot = codes[:, None] == np.arange(K)
        return area(
            one_hot.ravel(), scores.ravel(), None if weights is None else np.repeat(weights, K)
        )
    areas = np.array([area(codes == c, scores[:, c], weights) for c in range(K)])
    if average is None:
        return areas
    if average == "macro":
        return float(areas.mean())
    prevalence = np.bincount(codes, weights, K)
    occurs = prevalence > 0
    return float(np.average(areas[occurs], weights=prevalence[occurs]))


def one_column(scores: NDArray[Any]) -> NDArray[Any]:
    """Return the scores of the positive one of two classes as (N,)."""
    if scores.ndim == 2 and scores.shape[1] != 1:
        raise ValueError(
            f"y_score must have shape (N,) for two classes; got {scores.shape}: "
            "pass the column of the positive class, y_score[:, 1]"
        )
    return scores.reshape(-1)
