"""Unit 10: batch normalisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from np_lab._running import Arrays, Solution, attribute, run_layer
from np_lab.task import Task
from np_lab.units.batchnorm import mutants

Array = np.ndarray[Any, Any]


class BatchNorm:
    """Batch normalisation by the definition; the gradient is the sum over all paths from x to y."""

    def __init__(
        self, features: int, rng: Any = None, momentum: float = 0.1, eps: float = 1e-5
    ) -> None:
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.dgamma, self.dbeta = np.zeros(features), np.zeros(features)
        self.running_mean, self.running_var = np.zeros(features), np.ones(features)
        self.momentum, self.eps = momentum, eps

    def forward(self, x: Array, training: bool = True) -> Array:
        """Return y."""
        mean, var = self.running_mean, self.running_var
        if training:
            N = len(x)
            mean = np.einsum("nf->f", x) / N
            var = np.einsum("nf->f", (x - mean) ** 2) / N
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * N / (N - 1)
            self.x, self.mean, self.var = x, mean, var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def backward(self, G: Array) -> Array:
        """Return dx_mf = Σ_n G_nf γ_f dx̂_nf/dx_mf.

        With s = 1 / √(σ² + ε): dx̂_n/dx_m = s (δ_nm - 1/N) - x̂_n x̂_m s / N.
        """
        N, s = len(G), 1 / np.sqrt(self.var + self.eps)
        x_hat = (self.x - self.mean) * s
        self.dbeta = np.einsum("nf->f", G)
        self.dgamma = np.einsum("nf,nf->f", G, x_hat)
        dx = np.zeros(G.shape)
        for m in range(N):
            for n in range(N):
                slope = s * ((n == m) - 1 / N) - x_hat[n] * x_hat[m] * s / N
                dx[m] += G[n] * self.gamma * slope
        return dx


OUTPUTS = (
    "y",
    "dx",
    "dgamma",
    "dbeta",
    "running_mean",
    "running_var",
    "y outside training",
    "running_mean after evaluation",
)


def run_batch_norm(
    solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]
) -> Arrays:
    """Run two training steps, then an evaluation of other rows."""
    made = []

    def make(**options: Any) -> Any:
        made.append(solution(**options))
        return made[0]

    given = {name: value for name, value in inputs.items() if name != "new"}
    result = run_layer(make, {**given, "training": True}, outputs[:4])
    layer = made[0]
    for name in ("running_mean", "running_var"):
        result[name] = np.array(attribute(layer, name))
    result["y outside training"] = np.array(layer.forward(inputs["new"], training=False))
    result["running_mean after evaluation"] = np.array(layer.running_mean)
    return result


def cases() -> list[Arrays]:
    """Return two rows of one feature, larger batches, and one whose variance is as small as ε."""
    rng = np.random.default_rng(16)
    result: list[Arrays] = [
        {
            "options": {"features": 1, "momentum": 0.1, "eps": 0.25},
            "x": np.array([[1.0], [4.0]]),
            "G": np.array([[1.0], [3.0]]),
            "gamma": np.array([2.0]),
            "beta": np.array([0.5]),
            "new": np.array([[2.0]]),
        }
    ]
    for rows, features, size in ((2, 2, 1.0), (5, 3, 2.0), (4, 4, 0.003)):
        result.append(
            {
                "options": {"features": features, "momentum": 0.1, "eps": 1e-5},
                "x": rng.normal(size=(rows, features)) * size + 1,
                "G": rng.normal(size=(rows, features)).round(1),
                "gamma": rng.normal(size=features).round(1) + 2,
                "beta": rng.normal(size=features).round(1),
                "new": rng.normal(size=(3, features)) * size,
            }
        )
    result[-1]["x"][:, 0] = 0.5  # a feature that never changes: σ² = 0
    return result


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for a normalised number of a batch of four."""
    rng = np.random.default_rng([10, seed])
    center, step = int(rng.integers(3, 9)), int(rng.integers(1, 4))
    values = [center - step, center - step, center + step, center + step]
    gamma, beta = int(rng.integers(2, 6)), int(rng.integers(1, 9))
    text = {"values": ", ".join(map(str, values)), "gamma": gamma, "beta": beta}
    return text, float(gamma + beta)


TASKS = (
    Task(
        unit="batchnorm",
        name="BatchNorm",
        outputs=OUTPUTS,
        oracle=BatchNorm,
        cases=cases,
        mutants=mutants.BATCH_NORM,
        run=run_batch_norm,
    ),
)
