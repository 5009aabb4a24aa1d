"""Wrong solutions of unit 7, written after its mutants and without looking at them."""

import numpy as np


class Adagrad__accumulates_steps:
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.h = lr, eps, 0.0

    def step(self, p, g):
        self.h = self.h + (self.lr * g) ** 2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop__root_of_average_kept:
    def __init__(self, lr, gamma=0.9, eps=1e-8):
        self.lr, self.gamma, self.eps, self.h = lr, gamma, eps, 0.0

    def step(self, p, g):
        self.h = np.sqrt(self.gamma * self.h + (1 - self.gamma) * g**2)
        p -= self.lr * g / (self.h + self.eps)


class AdaDelta__same_average_twice:
    def __init__(self, rho=0.9, eps=1e-6):
        self.rho, self.eps, self.h, self.s = rho, eps, 0.0, 0.0

    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps) * g
        self.s = self.rho * self.h + (1 - self.rho) * d**2
        p -= d


class Adam__constant_correction_and_epsilon:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0

    def step(self, p, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1**2), self.v / (1 - self.beta2**2)
        p -= self.lr * m / (np.sqrt(v) + 10 * self.eps)


class Adam__correction_in_exponent_of_sum:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0
        self.t = 0

    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m = self.m / (1 - self.beta1) ** self.t
        v = self.v / (1 - self.beta2) ** self.t
        p -= self.lr * m / (np.sqrt(v) + self.eps)


class Adam__second_moment_of_centered_gradient:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0
        self.t = 0

    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * (g - self.m) ** 2
        m, v = self.m / (1 - self.beta1**self.t), self.v / (1 - self.beta2**self.t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)
