"""Unit 4: softmax and cross entropy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from np_lab._running import Arrays
from np_lab.task import Task
from np_lab.units.losses import mutants

Array = np.ndarray[Any, Any]


def softmax(z: Array) -> Array:
    """Return p_nk = 1 / Σ_j exp(z_nj - z_nk), which is exp(z_nk) / Σ_j exp(z_nj)."""
    p = np.zeros(z.shape)
    for n, k in np.ndindex(*z.shape):
        differences = [z[n, j] - z[n, k] for j in range(z.shape[1])]
        p[n, k] = 0.0 if max(differences) > 700 else 1 / sum(map(math.exp, differences))
    return p


def cross_entropy(z: Array, labels: Array) -> tuple[float, Array]:
    """Return L = 1/N Σ_n (log Σ_j exp(z_nj) - z_n,label) and dL/dz = (p - t) / N."""
    N = len(z)
    loss = 0.0
    for n in range(N):
        largest = max(z[n])
        log_sum = largest + math.log(sum(math.exp(v - largest) for v in z[n]))
        loss += (log_sum - z[n, labels[n]]) / N
    t = np.zeros(z.shape)
    for n in range(N):
        t[n, labels[n]] = 1
    return loss, (softmax(z) - t) / N


def softmax_cases() -> list[Arrays]:
    """Return small rows, a square batch, large rows, and rows that are far apart."""
    rng = np.random.default_rng(4)
    return [
        {"z": np.array([[1.0, 2.0, -0.5]])},
        {"z": rng.normal(size=(2, 2)).round(2)},
        {"z": rng.normal(size=(3, 3)).round(2)},
        {"z": rng.normal(size=(4, 3)) * 3},
        {"z": np.array([[1000.0, 999.0, 0.0]])},
        {"z": np.array([[-1000.0, -1001.0], [2.0, 1.0], [1e4, 0.0]])},
    ]


def cross_entropy_cases() -> list[Arrays]:
    """Return the same rows with labels that are not always the largest."""
    rng = np.random.default_rng(5)
    return [
        {**case, "labels": rng.integers(case["z"].shape[1], size=len(case["z"]))}
        for case in softmax_cases()[:4]
    ] + [
        {"z": np.array([[1000.0, 999.0, 0.0]]), "labels": np.array([1])},
        {
            "z": np.array([[-1000.0, -1001.0], [2.0, 1.0], [1e4, 0.0]]),
            "labels": np.array([0, 1, 1]),
        },
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for the loss of one row whose exponentials are whole numbers."""
    rng = np.random.default_rng([4, seed])
    weights = rng.choice([1, 2, 3, 4, 5, 6], size=3, replace=False)
    z = "  ".join(f"log {w}" if w > 1 else "0" for w in weights)
    return {"z": z, "total": int(weights.sum())}, -math.log(weights[0] / weights.sum())


TASKS = (
    Task(
        unit="losses",
        name="softmax",
        outputs=("p",),
        oracle=softmax,
        cases=softmax_cases,
        mutants=mutants.SOFTMAX,
    ),
    Task(
        unit="losses",
        name="cross_entropy",
        outputs=("loss", "dz"),
        oracle=cross_entropy,
        cases=cross_entropy_cases,
        mutants=mutants.CROSS_ENTROPY,
    ),
)
