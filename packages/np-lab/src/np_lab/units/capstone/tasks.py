"""Unit 12: split, batches and a training step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from np_lab._running import Arrays, ProtocolError, Solution
from np_lab.task import Task
from np_lab.units.capstone import mutants
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy
from np_lab.units.sgd.tasks import Momentum

Array = np.ndarray[Any, Any]


def split(n: int, fraction: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two parts of a random order."""
    order = rng.permutation(n)
    count = round(fraction * n)
    return order[count:], order[:count]


def batches(n: int, size: int, rng: np.random.Generator) -> list[Array]:
    """Return parts of a random order."""
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


def train_step(
    layers: list[Any], loss: Any, optimizers: list[tuple[Any, str, Any]], x: Array, labels: Array
) -> float:
    """Forward, loss, backward in reverse order, one step for each parameter."""
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, f"d{name}"))
    return float(value)


def run_split(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Describe a split: chance decides which numbers it has, not the figures here."""
    parts = []
    for seed in (1, 2):
        result = solution(inputs["n"], inputs["fraction"], np.random.default_rng(seed))
        if result is None:
            raise ProtocolError("returns-nothing", names="train, validation")
        if len(result) != 2:
            raise ProtocolError("wrong-count", names="train, validation", count=2, got=len(result))
        parts.append([np.asarray(part, int) for part in result])
    train, validation = parts[0]
    both = np.concatenate([train, validation])
    return {
        "size of train": len(train),
        "size of validation": len(validation),
        "numbers in both parts": len(np.intersect1d(train, validation)),
        "numbers in no part": len(np.setdiff1d(np.arange(inputs["n"]), both)),
        "largest number": int(both.max(initial=0)),
        "validation is a piece of the original order": _piece(validation),
        "train is sorted": _is_sorted(train),
        "the same for two generators": float(np.array_equal(validation, parts[1][1])),
    }


def run_batches(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Describe two epochs."""
    rng = np.random.default_rng(3)
    epochs = []
    for _ in range(2):
        result = solution(inputs["n"], inputs["size"], rng)
        if result is None:
            raise ProtocolError("returns-nothing", names="a list of index arrays")
        epochs.append([np.asarray(part, int) for part in result])
    first = np.concatenate(epochs[0])
    starts = np.array([part.min(initial=0) for part in epochs[0]])
    return {
        "sizes": np.array([len(part) for part in epochs[0]]),
        "numbers that are missing": len(np.setdiff1d(np.arange(inputs["n"]), first)),
        "largest number": int(first.max(initial=0)),
        "the first batch holds the first numbers": float(
            len(starts) > 1 and set(epochs[0][0].tolist()) == set(range(inputs["size"]))
        ),
        "sorted": _is_sorted(first),
        "two epochs are the same": float(np.array_equal(first, np.concatenate(epochs[1]))),
    }


def _is_sorted(part: Array) -> float:
    return float(len(part) > 1 and bool(np.all(np.diff(part) > 0)))


def _piece(part: Array) -> float:
    """Return 1 for the beginning of the original order, 2 for another piece, 0 for none."""
    if len(part) < 2 or np.any(np.diff(part) != 1):
        return 0.0
    return 1.0 if part[0] == 0 else 2.0


def run_step(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Take two steps with two dense layers."""
    rng = np.random.default_rng(4)
    layers = [Dense(3, inputs["hidden"], rng), Dense(inputs["hidden"], 3, rng)]
    optimizers = [(layer, name, Momentum(0.5)) for layer in layers for name in ("W", "b")]
    values = []
    before = list(layers)
    for _ in range(2):
        value = solution(layers, cross_entropy, optimizers, inputs["x"], inputs["labels"])
        if value is None:
            raise ProtocolError("returns-nothing", names="loss")
        if layers != before:
            raise ProtocolError("writes-into-input", name="layers")
        values.append(value)
    result: Arrays = {"loss of step 1": values[0], "loss of step 2": values[1]}
    for number, layer in enumerate(layers, start=1):
        result |= {f"W of layer {number}": layer.W, f"b of layer {number}": layer.b}
    return result


def step_cases() -> list[Arrays]:
    """Return a square network, where layers can be confused, and another one."""
    rng = np.random.default_rng(21)
    return [
        {"hidden": hidden, "x": rng.normal(size=(4, 3)), "labels": rng.integers(3, size=4)}
        for hidden in (3, 5)
    ]


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for the number of steps of a training."""
    rng = np.random.default_rng([12, seed])
    n, size, epochs = int(rng.integers(20, 90)) * 100, int(rng.choice([32, 64])), 5
    steps = -(-(n - n // 10) // size) * epochs
    return {"n": n, "size": size, "epochs": epochs}, float(steps)


TASKS = (
    Task(
        unit="capstone",
        name="split",
        outputs=(
            "size of train",
            "size of validation",
            "numbers in both parts",
            "numbers in no part",
            "largest number",
            "validation is a piece of the original order",
            "train is sorted",
            "the same for two generators",
        ),
        oracle=split,
        cases=lambda: [{"n": 20, "fraction": 0.25}, {"n": 203, "fraction": 0.1}],
        mutants=mutants.SPLIT,
        run=run_split,
        figures=True,
    ),
    Task(
        unit="capstone",
        name="batches",
        outputs=(
            "sizes",
            "numbers that are missing",
            "largest number",
            "the first batch holds the first numbers",
            "sorted",
            "two epochs are the same",
        ),
        oracle=batches,
        cases=lambda: [{"n": 20, "size": 8}, {"n": 101, "size": 25}, {"n": 60, "size": 20}],
        mutants=mutants.BATCHES,
        run=run_batches,
        figures=True,
    ),
    Task(
        unit="capstone",
        name="train_step",
        outputs=(
            "loss of step 1",
            "loss of step 2",
            "W of layer 1",
            "b of layer 1",
            "W of layer 2",
            "b of layer 2",
        ),
        oracle=train_step,
        cases=step_cases,
        mutants=mutants.TRAIN_STEP,
        run=run_step,
    ),
)
