# mypy: ignore-errors
"""Break it: what a bias gradient of one number does. Prove it: train with your own layer.

Run:  python experiment.py
"""

import numpy as np
from dense import Dense

from np_lab.playground import chart, train


class FlawedDense(Dense):
    """The founding mistake: one number as the gradient of every bias."""

    def backward(self, G):
        dx = super().backward(G)
        self.db = np.full_like(self.b, G.mean())
        return dx


class SGD:
    def step(self, p, g):
        p -= 0.05 * g


def half_squared_error(y, t):
    return 0.5 * np.sum((y - t) ** 2) / len(y), (y - t) / len(y)


# The data follow t = x W + b with b = (3, -3): two outputs with opposite biases.
rng = np.random.default_rng(0)
x = rng.normal(size=(200, 4))
t = x @ rng.normal(size=(4, 2)) + np.array([3.0, -3.0])

curves = {}
for layer_class in (FlawedDense, Dense):
    layer = layer_class(4, 2, np.random.default_rng(1))
    curves[layer_class.__name__] = losses = train([layer], half_squared_error, SGD, x, t, steps=300)
    print(f"{layer_class.__name__:12} b = {layer.b.round(2)}  last loss {losses[-1]:.4f}")
print(chart(curves))
