"""Wrong solutions of unit 6, written after its mutants and without looking at them."""

import numpy as np


class SGD__steps_twice:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= self.lr * g
        p -= self.lr * g


class SGD__clips:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= self.lr * np.clip(g, -1, 1)


class Momentum__adds_velocity_to_gradient:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def step(self, p, g):
        self.v = self.momentum * (self.v + g)
        p -= self.lr * self.v


class Momentum__only_first_element:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def step(self, p, g):
        self.v = self.momentum * self.v + g.flat[0]
        p -= self.lr * self.v


class Momentum__two_mistakes:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def step(self, p, g):
        self.v = self.momentum * self.v + (1 - self.momentum) * g
        p += self.lr * self.v


class Nesterov__momentum_squared:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * (g + self.momentum**2 * self.v)


class Nesterov__rewritten_wrong_sign:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def step(self, p, g):
        before = self.v
        self.v = self.momentum * self.v - self.lr * g
        p += self.momentum * before + (1 + self.momentum) * self.v
