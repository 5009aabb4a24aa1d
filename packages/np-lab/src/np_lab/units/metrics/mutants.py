"""Mistakes in metrics."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _matrix(labels: Array, predictions: Array, classes: int) -> Array:
    C = np.zeros((classes, classes))
    np.add.at(C, (labels, predictions), 1)
    return C


def _added_once(labels: Array, predictions: Array, classes: int) -> Array:
    C = np.zeros((classes, classes))
    C[labels, predictions] += 1
    return C


def _present_only(labels: Array, predictions: Array, classes: int) -> Array:
    present = np.unique(np.concatenate([labels, predictions]))
    return np.asarray(_matrix(labels, predictions, classes)[np.ix_(present, present)])


def _normalised(C: Array, axis: int | None) -> Array:
    total = C.sum(axis=axis, keepdims=True)
    return np.asarray(C / np.where(total == 0, 1, total))


CONFUSION = {
    "fancy-index-adds-once": _added_once,
    "transposed": lambda y, q, k: _matrix(q, y, k),
    "labels-that-occur": _present_only,
    "right-only": lambda y, q, k: np.diag(np.diag(_matrix(y, q, k))),
    "wrong-only": lambda y, q, k: _matrix(y, q, k) - np.diag(np.diag(_matrix(y, q, k))),
    "normalised-rows": lambda y, q, k: _normalised(_matrix(y, q, k), 1),
    "normalised-columns": lambda y, q, k: _normalised(_matrix(y, q, k), 0),
    "normalised-all": lambda y, q, k: _normalised(_matrix(y, q, k), None),
    "counts-from-one": lambda y, q, k: np.roll(_matrix(y, q, k), (1, 1), (0, 1)),
    "last-sample-missing": lambda y, q, k: _matrix(y[:-1], q[:-1], k),
    "support-only": lambda y, q, k: _matrix(y, y, k),
    "independent": lambda y, q, k: np.outer(np.bincount(y, None, k), np.bincount(q, None, k)),
}


def _f1(C: Array) -> Array:
    total = C.sum(axis=0) + C.sum(axis=1)
    return 2 * np.diag(C) / np.where(total == 0, 1, total)


def _ratio(a: Array, b: Array) -> Array:
    return a / np.where(b == 0, 1, b)


F1 = {
    "nan-for-absent-class": lambda C: 2 * np.diag(C) / (C.sum(axis=0) + C.sum(axis=1)),
    "precision": lambda C: _ratio(np.diag(C), C.sum(axis=0)),
    "recall": lambda C: _ratio(np.diag(C), C.sum(axis=1)),
    "mean-of-both": lambda C: (
        (_ratio(np.diag(C), C.sum(axis=0)) + _ratio(np.diag(C), C.sum(axis=1))) / 2
    ),
    "geometric-mean": lambda C: np.sqrt(
        _ratio(np.diag(C), C.sum(axis=0)) * _ratio(np.diag(C), C.sum(axis=1))
    ),
    "two-missing": lambda C: _f1(C) / 2,
    "macro": lambda C: _f1(C).mean(),
    "micro": lambda C: np.diag(C).sum() / C.sum(),
    "jaccard": lambda C: _ratio(np.diag(C), C.sum(axis=0) + C.sum(axis=1) - np.diag(C)),
    "divided-by-all": lambda C: 2 * np.diag(C) / C.sum(),
    "class-accuracy": lambda C: (
        (C.sum() - C.sum(axis=0) - C.sum(axis=1) + 2 * np.diag(C)) / C.sum()
    ),
    "one-for-absent-class": lambda C: np.where(C.sum(axis=0) + C.sum(axis=1) == 0, 1, _f1(C)),
}


def _ece(
    confidence_of: Any = lambda p: p.max(axis=1),
    right_of: Any = lambda p, y: p.argmax(axis=1) == y,
    inside: Any = lambda c, b, n: (c > b / n) & (c <= (b + 1) / n),
    gap: Any = lambda accuracy, confidence: abs(accuracy - confidence),
    weight: Any = lambda here, bins: here.mean(),
    combine: Any = sum,
) -> Any:
    """Return a calibration error in which one of these is wrong."""

    def expected_calibration_error(p: Array, labels: Array, bins: int) -> Any:
        confidence, right = confidence_of(p), right_of(p, labels)
        terms = []
        for b in range(bins):
            here = inside(confidence, b, bins)
            if here.any():
                terms.append(weight(here, bins) * gap(right[here].mean(), confidence[here].mean()))
        return combine(terms)

    return expected_calibration_error


def _nan_for_empty_bins(p: Array, labels: Array, bins: int) -> Any:
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        here = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        count = here.sum()
        gap = np.float64(right[here].sum()) / count - np.float64(confidence[here].sum()) / count
        error += here.mean() * abs(gap)
    return error


def _middle_of_bin(p: Array, labels: Array, bins: int) -> Any:
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        here = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if here.any():
            error += here.mean() * abs(right[here].mean() - (b + 0.5) / bins)
    return error


CALIBRATION = {
    "empty-bins-are-nan": _nan_for_empty_bins,
    "bins-closed-below": _ece(inside=lambda c, b, n: (c >= b / n) & (c < (b + 1) / n)),
    "bins-closed-below-with-one": _ece(
        inside=lambda c, b, n: (c >= b / n) & ((c < (b + 1) / n) | (b == n - 1))
    ),
    "not-weighted": _ece(weight=lambda here, bins: 1 / bins),
    "count-as-weight": _ece(weight=lambda here, bins: here.sum()),
    "mean-of-used-bins": _ece(weight=lambda here, bins: 1.0, combine=np.mean),
    "largest-bin": _ece(weight=lambda here, bins: 1.0, combine=max),
    "signed": _ece(gap=lambda a, c: a - c),
    "squared": _ece(gap=lambda a, c: (a - c) ** 2),
    "one-bin": lambda p, y, n: abs((p.argmax(axis=1) == y).mean() - p.max(axis=1).mean()),
    "p-of-first-class": _ece(confidence_of=lambda p: p[:, 0]),
    "per-sample": lambda p, y, n: np.abs((p.argmax(axis=1) == y) - p.max(axis=1)).mean(),
    "middle-of-bin": _middle_of_bin,
    "bins-between-half-and-one": _ece(
        inside=lambda c, b, n: (c > (b / n + 1) / 2) & (c <= ((b + 1) / n + 1) / 2)
    ),
}


def _error(d: Array, ddof: int = 1) -> Any:
    return d.std(ddof=ddof) / np.sqrt(len(d))


PAIRED = {
    "unpaired": lambda a, b: (
        (a - b).mean(),
        np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)),
    ),
    "binomial": lambda a, b: (
        (a - b).mean(),
        np.sqrt((a.mean() * (1 - a.mean()) + b.mean() * (1 - b.mean())) / len(a)),
    ),
    "n-instead-of-n-minus-one": lambda a, b: ((a - b).mean(), _error(a - b, 0)),
    "deviation-not-divided": lambda a, b: ((a - b).mean(), (a - b).std(ddof=1)),
    "divided-by-n": lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / len(a)),
    "variance": lambda a, b: ((a - b).mean(), (a - b).var(ddof=1) / len(a)),
    "reversed": lambda a, b: ((b - a).mean(), _error(a - b)),
    "absolute": lambda a, b: (abs((a - b).mean()), _error(a - b)),
    "sum": lambda a, b: ((a - b).sum(), _error(a - b)),
    "share-that-differs": lambda a, b: ((a != b).mean(), _error(a - b)),
    "mean-not-subtracted": lambda a, b: (
        (a - b).mean(),
        np.sqrt(np.sum((a - b) ** 2) / (len(a) - 1) / len(a)),
    ),
    "interval": lambda a, b: ((a - b).mean(), 1.96 * _error(a - b)),
    "percent": lambda a, b: (100 * (a - b).mean(), 100 * _error(a - b)),
    "ratio": lambda a, b: (a.mean() / b.mean(), _error(a - b)),
}
