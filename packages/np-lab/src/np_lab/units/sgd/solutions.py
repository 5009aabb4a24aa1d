# mypy: ignore-errors
"""Right solutions of unit 6."""

import numpy as np


class SGD:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= self.lr * g


class Momentum:
    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = 0.0

    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * self.v


class Nesterov:
    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = 0.0

    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * (g + self.momentum * self.v)


class SGD__slice(SGD):
    def step(self, p, g):
        p[...] = p - self.lr * g
        return p


class SGD__out(SGD):
    def step(self, p, g):
        np.subtract(p, np.multiply(g, self.lr), out=p)


class Momentum__classical(Momentum):
    """Sutskever's form: v ← μ v - lr g, p ← p + v."""

    def step(self, p, g):
        self.v = self.momentum * self.v - self.lr * g
        p += self.v


class Momentum__in_place(Momentum):
    def step(self, p, g):
        if np.ndim(self.v) == 0:
            self.v = np.zeros_like(p)
        self.v *= self.momentum
        self.v += g
        p -= self.v * self.lr


class Momentum__history(Momentum):
    """The sum over all earlier gradients, written out."""

    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum, self.gradients = lr, momentum, []

    def step(self, p, g):
        self.gradients.append(g.copy())
        powers = self.momentum ** np.arange(len(self.gradients))[::-1]
        p[:] -= self.lr * np.tensordot(powers, self.gradients, 1)


class Nesterov__rewritten(Nesterov):
    """Bengio's form: p ← p - μ v_before + (1 + μ) v, with v ← μ v - lr g."""

    def step(self, p, g):
        before = self.v
        self.v = self.momentum * before - self.lr * g
        p += -self.momentum * before + (1 + self.momentum) * self.v


class Nesterov__one_line(Nesterov):
    def step(self, p, g):
        p -= self.lr * ((1 + self.momentum) * g + self.momentum**2 * self.v)
        self.v = self.momentum * self.v + g
