# mypy: ignore-errors
"""Break it: statistics of the batch in evaluation. Prove it: train with weights that are too small.

Run:  python experiment.py
"""

import numpy as np
from batchnorm import BatchNorm

from np_lab.digits import digits
from np_lab.playground import accuracy, chart, forward, train
from np_lab.units.activations.solutions import ReLU
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy


class FlawedBatchNorm(BatchNorm):
    """Normalises with the statistics of the batch in evaluation, too."""

    def forward(self, x, training=True):
        return super().forward(x, training=True)


class SGD:
    def step(self, p, g):
        p -= 0.1 * g


images, labels = digits(1500, seed=8, shift=1)
x = images.reshape(len(images), -1)
curves = {}
for name, norm in (
    ("no normalisation", None),
    ("FlawedBatchNorm", FlawedBatchNorm),
    ("BatchNorm", BatchNorm),
):
    rng = np.random.default_rng(1)
    layers = []
    for inputs in (144, 64, 64):
        layers.append(Dense(inputs, 64, rng))
        layers[-1].W *= 0.1  # weights that are ten times too small
        layers += ([norm(64)] if norm else []) + [ReLU()]
    layers.append(Dense(64, 10, rng))
    curves[name] = np.minimum(
        train(layers, cross_entropy, SGD, x[:1200], labels[:1200], steps=300), 5
    )
    print(f"{name:17} right on 300 new digits: {accuracy(layers, x[1200:], labels[1200:]):.1%}")
    if norm:
        alone = [forward(layers, x[n : n + 2]).argmax(axis=1)[0] for n in range(1200, 1499)]
        together = forward(layers, x[1200:1499]).argmax(axis=1)
        print(f"{'':17} answers that depend on the other rows: {np.mean(alone != together):.1%}")
print(chart(curves))
