# mypy: ignore-errors
"""Break it: lose the overlap in backward. Prove it: see edges, and train with your own layers.

Run:  python experiment.py      (half a minute)
"""

import numpy as np
from conv import Conv2D, MaxPool2D, conv2d

from np_lab.digits import digits, show
from np_lab.playground import accuracy, chart, train
from np_lab.units.adam.mutants import RightAdam
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, G):
        return G.reshape(self.shape)


class ReLU:
    def forward(self, x):
        self.positive = x > 0
        return x * self.positive

    def backward(self, G):
        return G * self.positive


images, labels = digits(1200, seed=7)
print("a digit:")
print(show(images[0]))
edges = np.array([[[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -1.0, -1.0]]]])
print("the same digit after a kernel that answers to lower edges:")
print(show(np.maximum(conv2d(images[:1, None], edges, np.zeros(1), 1, 1), 0)[0, 0] / 2))


class FlawedConv2D(Conv2D):
    """dx is set where windows overlap, so only the last window of each pixel counts."""

    def backward(self, G):
        super().backward(G)
        k, s, p = self.W.shape[2], self.stride, self.padding
        h, w = G.shape[2] * s + k - s, G.shape[3] * s + k - s
        dxp = np.zeros((len(G), self.W.shape[1], h, w))
        for i, j in np.ndindex(*G.shape[2:]):
            window = np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
            dxp[:, :, i * s : i * s + k, j * s : j * s + k] = window
        return dxp[:, :, p : h - p, p : w - p]


x = images[:, None]
rng = np.random.default_rng
curves = {}
for layer in (FlawedConv2D, Conv2D):
    layers = [
        Conv2D(1, 6, 3, 1, 1, rng=rng(0)), ReLU(), MaxPool2D(2),
        layer(6, 8, 3, 1, 1, rng=rng(1)), ReLU(), MaxPool2D(2),
        Flatten(), Dense(72, 10, rng(2)),
    ]  # fmt: skip
    curves[layer.__name__] = train(
        layers,
        cross_entropy,
        lambda: RightAdam(0.01, 0.9, 0.999, 1e-8),
        x[:1000],
        labels[:1000],
        steps=150,
    )
    print(
        f"{layer.__name__:13} right on new digits: {accuracy(layers, x[1000:], labels[1000:]):.1%}"
    )
print(chart(curves))
