"""How much a metric would vary if the test set were drawn again.

The samples themselves stand for the population: N of them are drawn with replacement, the metric is
taken, and the middle of many such values is the interval. A metric of label pairs depends only on
how often each pair occurs, and N draws with replacement give those numbers a multinomial
distribution: so the pairs are drawn as counts and the metric is weighted by them. Any other metric
is called with the drawn rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.accuracies import accuracy, balanced_accuracy
from np_metrics.agreement import cohen_kappa, matthews_corrcoef
from np_metrics.f_scores import f1, fbeta
from np_metrics.labels import encode
from np_metrics.precision_recall import precision, recall
from np_metrics.validation import real_number, same_length, whole_number

OF_LABEL_PAIRS: tuple[Callable[..., Any], ...] = (
    accuracy,
    balanced_accuracy,
    cohen_kappa,
    f1,
    fbeta,
    matthews_corrcoef,
    precision,
    recall,
)


class Interval(NamedTuple):
    """The ends of a confidence interval: floats, or arrays for a metric that returns arrays."""

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
    metric : called as ``metric(y_true, y_pred, **options)``; returns a number or an array.
    y_true, y_pred : arrays of N rows each, paired; ``y_pred`` may be scores (N, K).
    seed : integer; the same seed gives the same interval.
    resamples : how many times N samples are drawn, at least 1.
    confidence : share of the resampled values inside the interval, in (0, 1).
    options : handed on to the metric, such as ``average="weighted"`` or ``labels=range(10)``.

    Returns
    -------
    Interval, a named tuple ``(low, high)``.

    Raises
    ------
    ValueError
        For lengths that differ, a confidence outside (0, 1), ``sample_weight`` among the options,
        and if the metric is nan for a resample, as `roc_auc` is where a class was not drawn.
    TypeError
        For a ``metric`` that cannot be called or returns no number or array of one shape, a
        ``seed`` or ``resamples`` that is no integer, a ``confidence`` that is no number.

    Notes
    -----
    Classes absent from a resample stay among the classes of the metrics of label pairs, as if
    ``labels`` were all labels that occur. `log_loss` and its like need ``labels=`` to do the same.

    References
    ----------
    B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> y_true = [0, 1] * 200
    >>> y_pred = [0, 1, 0, 1, 1, 1, 0, 1] * 50
    >>> low, high = bootstrap_interval(accuracy, y_true, y_pred, seed=7)
    >>> low < accuracy(y_true, y_pred) < high
    True
    """
    if not callable(metric):
        raise TypeError(f"metric must be callable; got {metric!r} of {type(metric).__name__}")
    seed = whole_number("seed", seed, least=0)
    resamples = whole_number("resamples", resamples, least=1)
    confidence = real_number("confidence", confidence)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1); got {confidence!r}")
    if "sample_weight" in options:
        raise ValueError("sample_weight must not be given: resampling counts every sample once")
    draw = _draws_of_pairs if metric in OF_LABEL_PAIRS else _draws_of_rows
    draws = draw(y_true, y_pred, np.random.default_rng(seed))
    values = []
    for _ in range(resamples):
        true, pred, drawn = next(draws)
        values.append(metric(true, pred, **drawn, **options))
    _check_numbers(values)
    undefined = int(np.count_nonzero([np.isnan(value).any() for value in values]))
    if undefined:
        raise ValueError(
            f"metric must be a number for every resample; got nan in {undefined} of {resamples}: "
            "a class may be too rare"
        )
    ends = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Interval(*(end if np.ndim(end) else float(end) for end in ends))


def _check_numbers(values: list[Any]) -> None:
    try:
        kind = np.asarray(values).dtype.kind
    except ValueError:  # arrays of unlike shapes
        kind = "O"
    if kind not in "iuf":
        raise TypeError(
            "metric must return a number or an array, always of one shape; "
            f"got {type(values[0]).__name__}"
        )


Draw = tuple[NDArray[Any], NDArray[Any], dict[str, Any]]


def _draws_of_pairs(
    y_true: ArrayLike, y_pred: ArrayLike, rng: np.random.Generator
) -> Iterator[Draw]:
    codes = encode(y_true, y_pred)
    n, K = len(codes.y_true), len(codes.classes)
    place = np.multiply(codes.y_true, K, dtype=np.intp) + codes.y_pred
    pairs, counts = np.unique(place, return_counts=True)
    true, pred = codes.classes[pairs // K], codes.classes[pairs % K]
    while True:
        yield true, pred, {"sample_weight": rng.multinomial(n, counts / n)}


def _draws_of_rows(
    y_true: ArrayLike, y_pred: ArrayLike, rng: np.random.Generator
) -> Iterator[Draw]:
    true, pred = np.asarray(y_true), np.asarray(y_pred)
    if true.ndim == 0 or pred.ndim == 0:
        raise TypeError(f"y_true and y_pred must be arrays; got {y_true!r} and {y_pred!r}")
    same_length(y_true=true, y_pred=pred)
    if len(true) == 0:
        raise ValueError("y_true must hold at least one sample; got none")
    while True:
        rows = rng.integers(len(true), size=len(true))
        yield true[rows], pred[rows], {}
