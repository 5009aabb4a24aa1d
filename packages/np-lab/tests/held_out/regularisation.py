"""Wrong solutions of unit 8, written after its mutants."""

import numpy as np


def he_normal__mean_of_the_limit(inputs, outputs, rng):
    return rng.normal(np.sqrt(2 / inputs), 1, size=(inputs, outputs))


def he_normal__global_generator(inputs, outputs, rng):
    np.random.seed(0)
    return np.random.randn(inputs, outputs) * np.sqrt(2 / inputs)


def xavier_uniform__integer(inputs, outputs, rng):
    a = np.sqrt(6 // (inputs + outputs))
    return rng.uniform(-a, a, size=(inputs, outputs))


def l2_penalty__strength_in_penalty_only(W, strength):
    return strength * 0.5 * (W * W).sum(), 2 * W


class Dropout__mask_of_backward_shape:
    def __init__(self, rate, rng):
        self.rate, self.rng = rate, rng

    def forward(self, x, training=True):
        if training:
            self.mask = self.rng.random(x.shape) > self.rate
        return x * self.mask / (1 - self.rate)

    def backward(self, G):
        return G * self.mask / (1 - self.rate)


class Dropout__exact_share:
    def __init__(self, rate, rng):
        self.rate, self.rng = rate, rng

    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = np.ones_like(x)
        self.mask[:, : int(self.rate * x.shape[1])] = 0
        return x * self.mask / (1 - self.rate)

    def backward(self, G):
        return G * self.mask / (1 - self.rate)
