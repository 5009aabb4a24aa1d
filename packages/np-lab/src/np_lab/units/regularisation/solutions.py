# mypy: ignore-errors
"""Right solutions of unit 8."""

import numpy as np


def he_normal(inputs, outputs, rng):
    return rng.normal(0, np.sqrt(2 / inputs), size=(inputs, outputs))


def xavier_uniform(inputs, outputs, rng):
    a = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-a, a, size=(inputs, outputs))


def l2_penalty(W, strength):
    return strength / 2 * np.sum(W**2), strength * W


class Dropout:
    def __init__(self, rate, rng):
        self.rate = rate
        self.rng = rng

    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask

    def backward(self, G):
        return G * self.mask


def he_normal__scaled(inputs, outputs, rng):
    return rng.standard_normal((inputs, outputs)) * (2 / inputs) ** 0.5


def he_normal__float32(inputs, outputs, rng):
    W = rng.standard_normal((outputs, inputs), dtype=np.float32).T
    return W * np.float32(np.sqrt(2 / inputs))


def xavier_uniform__scaled(inputs, outputs, rng):
    return (2 * rng.random((inputs, outputs)) - 1) * np.sqrt(6) / np.sqrt(inputs + outputs)


def l2_penalty__norm(W, strength):
    return [0.5 * strength * np.linalg.norm(W) ** 2, W * strength]


class Dropout__choice(Dropout):
    def forward(self, x, training=True):
        if training:
            keep = 1 - self.rate
            self.keep = self.rng.choice([False, True], size=x.shape, p=[self.rate, keep])
            return np.where(self.keep, x / keep, 0)
        return x.copy()

    def backward(self, G):
        dx = G / (1 - self.rate)
        dx[~self.keep] = 0
        return dx


class Dropout__binomial(Dropout):
    def forward(self, x, training=True):
        keep = 1 - self.rate
        self.mask = self.rng.binomial(1, keep, x.shape) if training else np.full(x.shape, keep)
        return x * self.mask / keep

    def backward(self, G):
        return G * self.mask / (1 - self.rate)
