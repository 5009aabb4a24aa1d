# mypy: ignore-errors
"""Break it: weights of the wrong size. Prove it: 200 images, with and without regularisation.

Run:  python experiment.py
"""

import numpy as np
from regularisation import Dropout, he_normal, l2_penalty

from np_lab.digits import digits
from np_lab.playground import accuracy, train
from np_lab.units.activations.solutions import ReLU
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy

print("deviation of the numbers after 1, 5 and 10 layers of 100 with ReLU:")
for name, draw in {
    "0.01": lambda i, o, rng: rng.normal(0, 0.01, (i, o)),
    "1": lambda i, o, rng: rng.normal(0, 1, (i, o)),
    "he_normal": he_normal,
}.items():
    rng = np.random.default_rng(0)
    y, found = rng.normal(size=(200, 100)), []
    for layer in range(1, 11):
        y = np.maximum(y @ draw(100, 100, rng), 0)
        if layer in (1, 5, 10):
            found.append(f"{y.std():.2g}")
    print(f"  {name:10} {'  '.join(found)}")


class DecayingDense(Dense):
    """A dense layer whose loss includes your L2 penalty."""

    def backward(self, G):
        dx = super().backward(G)
        self.dW = self.dW + l2_penalty(self.W, 0.01)[1]
        return dx


class SGD:
    def step(self, p, g):
        p -= 0.1 * g


images, labels = digits(1200, seed=6, shift=1)
x = images.reshape(len(images), -1)
print("\ntrained on 200 images only:")
for name, dense, rate in (("plain", Dense, 0), ("L2", DecayingDense, 0), ("dropout", Dense, 0.4)):
    rng = np.random.default_rng(1)
    layers = [dense(144, 100, rng), ReLU(), Dropout(rate, rng), dense(100, 10, rng)]
    losses = train(layers, cross_entropy, SGD, x[:200], labels[:200], steps=800)
    seen, new = accuracy(layers, x[:200], labels[:200]), accuracy(layers, x[200:], labels[200:])
    print(
        f"  {name:8} last loss {losses[-1]:.3f}, right: {seen:.1%} of the 200, {new:.1%} of others"
    )
