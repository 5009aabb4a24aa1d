# mypy: ignore-errors
"""Break it: a softmax that subtracts the maximum of the whole batch. Prove it: train with yours.

Run:  python experiment.py
"""

import numpy as np
from losses import cross_entropy, softmax

from np_lab.digits import digits
from np_lab.playground import accuracy, chart, train
from np_lab.units.dense.tasks import Dense


def flawed_softmax(z):
    """The founding mistake: one maximum for all rows."""
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


class SGD:
    def step(self, p, g):
        p -= 0.3 * g


z = np.array([[2.0, 1.0], [-800.0, -801.0]])
with np.errstate(invalid="ignore"):
    print("flawed softmax:", flawed_softmax(z).round(4).tolist())
print("your softmax:  ", np.round(softmax(z), 4).tolist())

images, labels = digits(2000, seed=1, shift=1)
x = images.reshape(len(images), -1)
layers = [Dense(144, 10, np.random.default_rng(0))]
curve = train(layers, cross_entropy, SGD, x[:1500], labels[:1500], steps=400)
print(chart({"your loss": curve}))
print(f"before training, a guess among 10 classes costs log 10 = {np.log(10):.3f}")
print(f"right on new images: {accuracy(layers, x[1500:], labels[1500:]):.1%}")
