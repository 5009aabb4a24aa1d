"""Wrong solutions of unit 12, written after its mutants."""

import numpy as np


def split__truncates(n, fraction, rng):
    order = rng.permutation(n)
    cut = int((1 - fraction) * n)
    return order[: cut - 1], order[cut - 1 :]


def split__shuffles_validation_only(n, fraction, rng):
    count = round(fraction * n)
    return np.arange(n - count), rng.permutation(np.arange(n - count, n))


def batches__starts_one_late(n, size, rng):
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(1, n, size)]


def batches__sorted_inside(n, size, rng):
    order = np.sort(rng.permutation(n))
    return [order[start : start + size] for start in range(0, n, size)]


def train_step__forward_from_x_each_time(layers, loss, optimizers, x, labels):
    for layer in layers:
        y = layer.forward(x)
    value, G = loss(y, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    return value


def train_step__passes_the_parameter_twice(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, name))
    return value
