"""Wrong solutions of unit 3, written after its mutants."""

import numpy as np


class ReLU__backward_uses_y_of_leaky:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, G):
        return np.where(self.x > 0, G, self.x)


class ReLU__forgets_to_keep:
    def forward(self, x):
        mask = x > 0
        return x * mask

    def backward(self, G):
        return G * self.mask


class LeakyReLU__minimum:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.minimum(x, self.slope * x)

    def backward(self, G):
        return np.where(self.x > 0, G, self.slope * G)


class Sigmoid__rounded:
    def forward(self, x):
        self.y = np.round(1 / (1 + np.exp(-x)), 3)
        return self.y

    def backward(self, G):
        return G * self.y * (1 - self.y)


class Sigmoid__derivative_at_x_zero:
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def backward(self, G):
        return G / 4


class ELU__sign_of_alpha:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.alpha * (1 - np.exp(np.minimum(x, 0))))

    def backward(self, G):
        return np.where(self.x > 0, G, G * self.alpha * np.exp(np.minimum(self.x, 0)))
