# mypy: ignore-errors
"""Right solutions of unit 7."""

import numpy as np


class Adagrad:
    def __init__(self, lr, eps=1e-10):
        self.lr = lr
        self.eps = eps
        self.h = 0.0

    def step(self, p, g):
        self.h = self.h + g**2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop:
    def __init__(self, lr, gamma=0.9, eps=1e-8):
        self.lr = lr
        self.gamma = gamma
        self.eps = eps
        self.h = 0.0

    def step(self, p, g):
        self.h = self.gamma * self.h + (1 - self.gamma) * g**2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class AdaDelta:
    def __init__(self, rho=0.9, eps=1e-6):
        self.rho = rho
        self.eps = eps
        self.h = 0.0
        self.s = 0.0

    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps) * g
        self.s = self.rho * self.s + (1 - self.rho) * d**2
        p -= d


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.m = 0.0
        self.v = 0.0
        self.t = 0

    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m = self.m / (1 - self.beta1**self.t)
        v = self.v / (1 - self.beta2**self.t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)


class Adagrad__in_place(Adagrad):
    def step(self, p, g):
        if np.ndim(self.h) == 0:
            self.h = np.zeros_like(p)
        self.h += np.square(g)
        p -= np.divide(self.lr * g, np.sqrt(self.h) + self.eps)


class Adagrad__history(Adagrad):
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.all = lr, eps, []

    def step(self, p, g):
        self.all.append(np.array(g))
        p[...] = p - self.lr * g / (np.linalg.norm(self.all, axis=0) + self.eps)


class RMSprop__difference(RMSprop):
    def step(self, p, g):
        self.h = self.h + (1 - self.gamma) * (g * g - self.h)
        p += -self.lr / (self.h**0.5 + self.eps) * g


class AdaDelta__one_root(AdaDelta):
    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g * g
        ratio = (self.s + self.eps) / (self.h + self.eps)
        p -= np.sqrt(ratio) * g
        self.s = self.rho * self.s + (1 - self.rho) * ratio * g * g


class Adam__powers(Adam):
    """The powers of β are multiplied from step to step."""

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)
        self.power1 = self.power2 = 1.0

    def step(self, p, g):
        self.m = self.m + (1 - self.beta1) * (g - self.m)
        self.v = self.v + (1 - self.beta2) * (np.square(g) - self.v)
        self.power1 *= self.beta1
        self.power2 *= self.beta2
        root = np.sqrt(self.v / (1 - self.power2))
        p[:] = p - self.lr / (1 - self.power1) * self.m / (root + self.eps)


class Adam__rate_corrected(Adam):
    """The form of the paper's section 2: the corrections go into the rate and into ε."""

    def step(self, p, g):
        self.t = self.t + 1
        if self.t == 1:
            self.m, self.v = np.zeros_like(g), np.zeros_like(g)
        self.m *= self.beta1
        self.m += (1 - self.beta1) * g
        self.v *= self.beta2
        self.v += (1 - self.beta2) * g * g
        c1, c2 = 1 - self.beta1**self.t, np.sqrt(1 - self.beta2**self.t)
        p -= self.lr * c2 / c1 * self.m / (np.sqrt(self.v) + self.eps * c2)
