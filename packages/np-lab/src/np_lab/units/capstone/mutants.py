"""Mistakes in splitting, drawing batches and taking a step."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rng = np.random.Generator


def _tail(n: int, fraction: float, rng: Rng) -> Any:
    count = round(fraction * n)
    return np.arange(n - count), np.arange(n - count, n)


def _head(n: int, fraction: float, rng: Rng) -> Any:
    count = round(fraction * n)
    return np.arange(count, n), np.arange(count)


def _swapped(n: int, fraction: float, rng: Rng) -> Any:
    order, count = rng.permutation(n), round(fraction * n)
    return order[:count], order[count:]


def _overlap(n: int, fraction: float, rng: Rng) -> Any:
    count = round(fraction * n)
    return rng.permutation(n)[count:], rng.permutation(n)[:count]


def _all_for_training(n: int, fraction: float, rng: Rng) -> Any:
    order, count = rng.permutation(n), round(fraction * n)
    return order, order[:count]


def _with_replacement(n: int, fraction: float, rng: Rng) -> Any:
    count = round(fraction * n)
    return rng.integers(n, size=n - count), rng.integers(n, size=count)


def _one_lost(n: int, fraction: float, rng: Rng) -> Any:
    order, count = rng.permutation(n), round(fraction * n)
    return order[count:-1], order[:count]


def _own_generator(n: int, fraction: float, rng: Rng) -> Any:
    order, count = np.random.default_rng(1234).permutation(n), round(fraction * n)
    return order[count:], order[:count]


def _training_in_order(n: int, fraction: float, rng: Rng) -> Any:
    count = round(fraction * n)
    chosen = rng.choice(n, size=count, replace=False)
    return np.setdiff1d(np.arange(n), chosen), chosen


def _from_one(n: int, fraction: float, rng: Rng) -> Any:
    order, count = rng.permutation(n) + 1, round(fraction * n)
    return order[count:], order[:count]


SPLIT = {
    "unshuffled-tail": _tail,
    "unshuffled-head": _head,
    "swapped": _swapped,
    "shuffled-twice": _overlap,
    "validation-in-training": _all_for_training,
    "with-replacement": _with_replacement,
    "one-lost": _one_lost,
    "own-generator": _own_generator,
    "training-in-order": _training_in_order,
    "counts-from-one": _from_one,
}


def _cut(order: Array, size: int) -> list[Array]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _reseeded(n: int, size: int, rng: Rng) -> Any:
    return _cut(np.random.default_rng(1234).permutation(n), size)


def _filled_with_first(n: int, size: int, rng: Rng) -> Any:
    order = rng.permutation(n)
    missing = -n % size
    return _cut(np.concatenate([order, order[:missing]]), size)


def _filled_past_the_end(n: int, size: int, rng: Rng) -> Any:
    order = rng.permutation(n)
    extra = rng.integers(n, n + 1, size=-n % size)
    return _cut(np.concatenate([order, extra]), size)


def _number_of_batches(n: int, size: int, rng: Rng) -> Any:
    return np.array_split(rng.permutation(n), size)


def _equal_parts(n: int, size: int, rng: Rng) -> Any:
    return np.array_split(rng.permutation(n), -(-n // size))


def _each_shuffled(n: int, size: int, rng: Rng) -> Any:
    return [rng.permutation(part) for part in _cut(np.arange(n), size)]


BATCHES = {
    "same-every-epoch": _reseeded,
    "not-shuffled": lambda n, size, rng: _cut(np.arange(n), size),
    "last-dropped": lambda n, size, rng: _cut(rng.permutation(n), size)[: n // size],
    "filled-with-first": _filled_with_first,
    "filled-past-the-end": _filled_past_the_end,
    "with-replacement": lambda n, size, rng: _cut(rng.integers(n, size=n), size),
    "number-for-size": _number_of_batches,
    "equal-parts": _equal_parts,
    "shuffled-inside-only": _each_shuffled,
    "one-sample-lost": lambda n, size, rng: _cut(rng.permutation(n)[:-1], size),
    "overlapping": lambda n, size, rng: list(
        np.lib.stride_tricks.sliding_window_view(rng.permutation(n), size)
    ),
    "one-batch": lambda n, size, rng: [rng.permutation(n)[:size]],
    "counts-from-one": lambda n, size, rng: _cut(rng.permutation(n) + 1, size),
}


def _step(
    backward_order: Any = reversed,
    start: Any = lambda G: G,
    chain: bool = True,
    update: Any = lambda layer, name, optimizer: optimizer.step(
        getattr(layer, name), getattr(layer, f"d{name}")
    ),
    which: Any = lambda optimizers: optimizers,
    update_first: bool = False,
    result: Any = lambda value, after: value,
) -> Any:
    """Return a training step in which one of these is wrong."""

    def train_step(layers: Any, loss: Any, optimizers: Any, x: Array, labels: Array) -> Any:
        def forward() -> Array:
            y = x
            for layer in layers:
                y = layer.forward(y)
            return y

        value, gradient = loss(forward(), labels)
        G = start(gradient)
        if update_first:
            for entry in which(optimizers):
                update(*entry)
        for layer in backward_order(layers):
            back = layer.backward(G)
            G = back if chain else G
        if not update_first:
            for entry in which(optimizers):
                update(*entry)
        return result(value, lambda: loss(forward(), labels)[0])

    return train_step


TRAIN_STEP = {
    "optimizers-not-called": _step(which=lambda optimizers: []),
    "step-before-backward": _step(update_first=True),
    "last-optimizer-only": _step(which=lambda optimizers: optimizers[-1:]),
    "first-optimizer-only": _step(which=lambda optimizers: optimizers[:1]),
    "loss-after-the-step": _step(result=lambda value, after: after()),
    "gradient-of-ones": _step(start=np.ones_like),
    "gradient-twice": _step(start=lambda G: 2 * G),
    "gradient-averaged-again": _step(start=lambda G: G / len(G)),
    "stepped-twice": _step(which=lambda optimizers: [*optimizers, *optimizers]),
    "biases-left-out": _step(which=lambda optimizers: [o for o in optimizers if o[1] != "b"]),
    "returns-value-and-gradient": _step(result=lambda value, after: (value, value)),
    "backward-forwards": _step(backward_order=list),
    "gradient-not-passed-on": _step(chain=False),
    "sign": _step(start=lambda G: -G),
    "parameter-as-gradient": _step(
        update=lambda layer, name, optimizer: optimizer.step(
            getattr(layer, name), getattr(layer, name).copy()
        )
    ),
}
