"""Unit 11: metrics, calibration and fair comparison."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from np_lab._running import Arrays
from np_lab.task import Task
from np_lab.units.metrics import mutants

Array = np.ndarray[Any, Any]


def confusion_matrix(labels: Array, predictions: Array, classes: int) -> Array:
    """Return C, counted one sample at a time."""
    C = np.zeros((classes, classes))
    for i, j in zip(labels, predictions, strict=True):
        C[i, j] += 1
    return C


def f1_scores(C: Array) -> Array:
    """Return 2 TP / (support + predicted) of each class, 0 where that is 0/0."""
    scores = []
    for k in range(len(C)):
        total = sum(C[k, :]) + sum(C[:, k])
        scores.append(2 * C[k, k] / total if total else 0.0)
    return np.array(scores)


def expected_calibration_error(p: Array, labels: Array, bins: int) -> float:
    """Return Σ_b n_b/N |accuracy_b - confidence_b|, one bin at a time."""
    error = 0.0
    for b in range(bins):
        members = [n for n in range(len(p)) if b / bins < max(p[n]) <= (b + 1) / bins]
        if members:
            accuracy = sum(int(np.argmax(p[n])) == labels[n] for n in members) / len(members)
            confidence = sum(max(p[n]) for n in members) / len(members)
            error += len(members) / len(p) * abs(accuracy - confidence)
    return error


def paired_difference(right_a: Array, right_b: Array) -> tuple[float, float]:
    """Return the mean of d = a - b and its standard error."""
    N = len(right_a)
    d = [float(a) - float(b) for a, b in zip(right_a, right_b, strict=True)]
    mean = sum(d) / N
    return mean, math.sqrt(sum((v - mean) ** 2 for v in d) / (N - 1) / N)


def confusion_cases() -> list[Arrays]:
    """Return samples of which some repeat, with a class that does not occur."""
    rng = np.random.default_rng(18)
    return [
        {
            "labels": np.array([0, 1, 1, 1]),
            "predictions": np.array([0, 0, 0, 1]),
            "classes": 2,
        },
        {
            "labels": rng.integers(3, size=30),
            "predictions": rng.integers(3, size=30),
            "classes": 4,
        },
    ]


def f1_cases() -> list[Arrays]:
    """Return confusion matrices, one with a class that does not occur at all."""
    return [
        {"C": np.array([[5, 1], [2, 8]])},
        {"C": np.array([[3, 0, 2], [1, 6, 0], [4, 1, 3]])},
        {"C": np.array([[2, 1, 0, 0], [3, 4, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]])},
    ]


def calibration_cases() -> list[Arrays]:
    """Return probabilities, some of which lie exactly between two bins."""
    rng = np.random.default_rng(19)
    p = rng.dirichlet(np.ones(3), size=40)
    edge = np.array([[0.5, 0.25, 0.25], [0.75, 0.125, 0.125], [1.0, 0.0, 0.0], [0.4, 0.35, 0.25]])
    labels = np.array([0, 1, 1, 1])
    return [
        {"p": np.array([[0.9, 0.1], [0.6, 0.4]]), "labels": np.array([0, 1]), "bins": 5},
        {"p": p, "labels": rng.integers(3, size=40), "bins": 10},
        {"p": edge, "labels": labels, "bins": 4},
    ]


def paired_cases() -> list[Arrays]:
    """Return two networks that are mostly right on the same samples."""
    rng = np.random.default_rng(20)
    a = (rng.random(200) < 0.9).astype(int)
    b = np.where(rng.random(200) < 0.1, 1 - a, a)
    return [
        {"right_a": np.array([1, 1, 0, 1]), "right_b": np.array([1, 0, 1, 0])},
        {"right_a": b, "right_b": a},
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for an F1."""
    rng = np.random.default_rng([11, seed])
    a, b, c, d = (int(v) for v in rng.integers(2, 12, size=4))
    return {"a": a, "b": b, "c": c, "d": d}, 2 * d / ((c + d) + (b + d))


def _task(name: str, outputs: tuple[str, ...], oracle: Any, cases: Any, bank: Any) -> Task:
    return Task("metrics", name, outputs, oracle, cases, bank)


TASKS = (
    _task("confusion_matrix", ("C",), confusion_matrix, confusion_cases, mutants.CONFUSION),
    _task("f1_scores", ("f1",), f1_scores, f1_cases, mutants.F1),
    _task(
        "expected_calibration_error",
        ("error",),
        expected_calibration_error,
        calibration_cases,
        mutants.CALIBRATION,
    ),
    _task(
        "paired_difference",
        ("difference", "standard_error"),
        paired_difference,
        paired_cases,
        mutants.PAIRED,
    ),
)
