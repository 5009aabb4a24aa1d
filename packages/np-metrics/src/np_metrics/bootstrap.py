"""Bootstrap interval: how much a metric would vary if the test set were drawn again.

A resample is drawn from the N samples: N times, with replacement. The interval is the middle part
of the values of the metric over many resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import integer, same_length
from np_metrics._labels import encode


class Interval(NamedTuple):
    """Ends of a confidence interval: floats, or arrays if the metric returns arrays."""

    low: Any
    high: Any


def bootstrap_interval(
    metric: Callable[..., Any],
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    seed: int,
    resamples: int = 1000,
    confidence: float = 0.95,
    **options: Any,
) -> Interval:
    """Return the bootstrap percentile interval of a metric.

    (low, high) = quantiles (1 ∓ confidence) / 2 of metric(resample_r),  r = 1 … resamples

    Parameters
    ----------
    metric : callable
        Called as ``metric(y_true, y_pred, **options)``. It returns a number or an array, and must
        not depend on the order of the samples.
    y_true, y_pred : array_like of N rows
        Labels, numbers, or scores of shape (N, K).
    seed : int
        The same seed gives the same interval, also for a function that calls the metric.
    resamples : int
        Number of resamples, at least 1.
    confidence : float
        Share of the values of the resamples that lie in the interval, in (0, 1).
    **options
        Options of the metric, such as ``average="weighted"`` or ``labels=range(10)``.

    Returns
    -------
    Interval
        Named tuple ``(low, high)``.

    Raises
    ------
    ValueError
        The metric is NaN for a resample (``roc_auc`` is NaN if a class was not drawn), or the
        options contain ``sample_weight``.
    TypeError
        ``metric`` does not return numbers, or returns arrays of different shapes.

    Notes
    -----
    A resample may lack a rare class. Then the class is missing from a macro average too. Pass
    ``labels=range(K)`` to keep every class in every resample.

    References
    ----------
    B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> from np_metrics import accuracy
    >>> y_true = [0, 1] * 200
    >>> y_pred = [0, 1, 0, 1, 1, 1, 0, 1] * 50
    >>> low, high = bootstrap_interval(accuracy, y_true, y_pred, seed=7)
    >>> low < accuracy(y_true, y_pred) < high
    True
    """
    seed = integer("seed", seed, minimum=0)
    resamples = integer("resamples", resamples, minimum=1)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence!r}")
    if "sample_weight" in options:
        raise ValueError(
            "options must not contain sample_weight, got one; "
            "every sample is drawn with equal probability"
        )
    draws = _resamples(y_true, y_pred, np.random.default_rng(seed))
    results = [metric(*next(draws), **options) for _ in range(resamples)]
    try:
        values = np.asarray(results, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(
            "metric must return a number or an array, always of one shape, "
            f"got {type(results[0]).__name__}; for one value per class pass labels=range(K)"
        ) from error
    undefined = np.count_nonzero(np.isnan(values.reshape(resamples, -1)).any(axis=1))
    if undefined:
        raise ValueError(
            f"metric must be a number for every resample, got nan in {undefined} of {resamples}; "
            "a class may be too rare"
        )
    ends = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Interval(*(end if np.ndim(end) else float(end) for end in ends))


def _resamples(
    y_true: ArrayLike, y_pred: ArrayLike, rng: np.random.Generator
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    true, pred = np.asarray(y_true), np.asarray(y_pred)
    if true.ndim == 0 or pred.ndim == 0:
        raise TypeError(f"y_true and y_pred must be arrays, got {y_true!r} and {y_pred!r}")
    same_length(y_true=true, y_pred=pred)
    if len(true) == 0:
        raise ValueError("y_true must hold at least one sample, got none")
    if all(array.ndim == 1 and array.dtype.kind in "biuUO" for array in (true, pred)):
        # Only the number of each pair of labels matters: it is multinomial.
        codes = encode(y_true, y_pred)
        n, K = len(codes.y_true), len(codes.classes)
        pair = np.multiply(codes.y_true, K, dtype=np.intp) + codes.y_pred
        pairs, counts = np.unique(pair, return_counts=True)
        true = codes.classes[pairs // K].astype(true.dtype)
        pred = codes.classes[pairs % K].astype(pred.dtype)
        while True:
            drawn = rng.multinomial(n, counts / n)
            yield np.repeat(true, drawn), np.repeat(pred, drawn)
    while True:
        rows = rng.integers(len(true), size=len(true))
        yield true[rows], pred[rows]
