"""Fresh mistakes of unit 12, as students make them."""

import numpy as np


def split__shuffle_returns_nothing(n, fraction, rng):
    order = rng.shuffle(np.arange(n))
    count = round(fraction * n)
    return order[count:], order[:count]


def split__fraction_is_for_training(n, fraction, rng):
    order = rng.permutation(n)
    count = round(fraction * n)
    return order[:count], order[count:]


def split__minus_count_plus_one(n, fraction, rng):
    order = rng.permutation(n)
    count = round(fraction * n)
    return order[: -count - 1], order[-count:]


def split__with_replacement(n, fraction, rng):
    order = rng.integers(n, size=n)
    count = round(fraction * n)
    return order[count:], order[:count]


def split__two_permutations(n, fraction, rng):
    count = round(fraction * n)
    return rng.permutation(n)[count:], rng.permutation(n)[:count]


def split__generator_of_its_own(n, fraction, rng):
    order = np.random.default_rng(0).permutation(n)
    count = round(fraction * n)
    return order[count:], order[:count]


def batches__array_split(n, size, rng):
    return np.array_split(rng.permutation(n), -(-n // size))


def batches__last_one_dropped(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size)]


def batches__step_of_one(n, size, rng):
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(n)]


def batches__size_is_the_end(n, size, rng):
    order = rng.permutation(n)
    return [order[start:size] for start in range(0, n, size)]


def batches__drawn_for_each_batch(n, size, rng):
    return [rng.choice(n, size=min(size, n - start)) for start in range(0, n, size)]


def batches__numbers_of_starts(n, size, rng):
    return [rng.permutation(np.arange(s, min(s + size, n))) for s in range(0, n, size)]


def train_step__layers_reversed_in_place(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    layers.reverse()
    for layer in layers:
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    return value


def train_step__same_G_for_all(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    return value


def train_step__returns_in_the_loop(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
        return value


def train_step__loss_after_the_step(layers, loss, optimizers, x, labels):
    y = x
    for layer in layers:
        y = layer.forward(y)
    _, G = loss(y, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    for layer in layers:
        x = layer.forward(x)
    return loss(x, labels)[0]


def train_step__returns_both(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, optimizer in optimizers:
        optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    return value, G


def train_step__steps_inside_backward_loop(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
        for layer, name, optimizer in optimizers:
            optimizer.step(getattr(layer, name), getattr(layer, "d" + name))
    return value


def train_step__plain_sgd(layers, loss, optimizers, x, labels):
    for layer in layers:
        x = layer.forward(x)
    value, G = loss(x, labels)
    for layer in reversed(layers):
        G = layer.backward(G)
    for layer, name, _ in optimizers:
        setattr(layer, name, getattr(layer, name) - 0.1 * getattr(layer, "d" + name))
    return value
