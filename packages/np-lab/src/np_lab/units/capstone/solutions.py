# mypy: ignore-errors
"""Right solutions of unit 12."""

import numpy as np


def split(n, fraction, rng):
    order = rng.permutation(n)
    count = round(fraction * n)
    return order[count:], order[:count]


def batches(n, size, rng):
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


def train_step(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, f"d{name}"))
    return value


def split__shuffle(n, fraction, rng):
    order = np.arange(n)
    rng.shuffle(order)
    cut = n - round(fraction * n)
    return [list(order[:cut]), list(order[cut:])]


def split__choice(n, fraction, rng):
    chosen = rng.choice(n, size=round(fraction * n), replace=False)
    return rng.permutation(np.setdiff1d(np.arange(n), chosen)), chosen


def batches__loop(n, size, rng):
    order, result = list(range(n)), []
    rng.shuffle(order)
    while order:
        result.append(np.array(order[:size]))
        order = order[size:]
    return result


def batches__split(n, size, rng):
    return np.split(rng.permutation(n), np.arange(size, n, size))


def train_step__indices(layers, loss, optimizers, x, labels):
    outputs = [x]
    for layer in layers:
        outputs.append(layer.forward(outputs[-1]))
    value, gradient = loss(outputs[-1], labels)
    for i in range(len(layers) - 1, -1, -1):
        gradient = layers[i].backward(gradient)
    for layer, name, optimizer in optimizers:
        optimizer.step(vars(layer)[name], vars(layer)["d" + name])
    return float(value)
