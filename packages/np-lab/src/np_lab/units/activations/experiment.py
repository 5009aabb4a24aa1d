# mypy: ignore-errors
"""Break it: a ReLU that writes into its input. Prove it: deep networks with your activations.

Run:  python experiment.py
"""

import numpy as np
from activations import ELU, LeakyReLU, ReLU, Sigmoid

from np_lab.digits import digits
from np_lab.playground import accuracy, chart, train
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy


def flawed_relu(x):
    """The founding mistake: the input is changed."""
    x[x < 0] = 0
    return x


features = np.array([[1.0, -2.0, 3.0]])
once, twice = flawed_relu(features).sum(), (features - 1).sum()
print(f"sum after ReLU {once}, and of the same features minus 1: {twice} (it should be -1.0)")

print("\nhow much of the gradient is left at the input of 8 layers:")
rng = np.random.default_rng(0)
for activation in (Sigmoid, ReLU, LeakyReLU, ELU):
    layers = []
    for _ in range(8):
        layers += [Dense(64, 64, rng), activation()]
    y = rng.normal(size=(100, 64))
    for layer in layers:
        y = layer.forward(y)
    G = start = rng.normal(size=y.shape)
    for layer in reversed(layers):
        G = layer.backward(G)
    print(f"  {activation.__name__:10} {np.linalg.norm(G) / np.linalg.norm(start):.2g}")


class SGD:
    def step(self, p, g):
        p -= 0.1 * g


images, labels = digits(1500, seed=4, shift=1)
x = images.reshape(len(images), -1)
curves = {}
for activation in (Sigmoid, ReLU, LeakyReLU, ELU):
    rng = np.random.default_rng(1)
    layers = [
        Dense(144, 64, rng),
        activation(),
        Dense(64, 64, rng),
        activation(),
        Dense(64, 10, rng),
    ]
    curves[activation.__name__] = train(
        layers, cross_entropy, SGD, x[:1200], labels[:1200], steps=400
    )
    right = accuracy(layers, x[1200:], labels[1200:])
    print(f"{activation.__name__:10} right on new digits: {right:.1%}")
print(chart(curves))
