"""A cross entropy with prediction and target in each other's place.

The prediction becomes better from row to row, so the loss should fall towards 0.

>>> t = np.array([1.0, 0.0])
>>> predictions = np.array([[0.2, 0.8], [0.6, 0.4], [0.9, 0.1]])
>>> [round(float(broken(p, t)), 3) for p in predictions]
[12.894, 6.447, 1.612]
>>> [round(float(right(p, t)), 3) for p in predictions]
[1.609, 0.511, 0.105]
"""

import numpy as np

HERE = "np_layers.cross_entropy"


def broken(p, t):
    return -np.sum(p * np.log(t + 1e-7))


def right(p, t):
    return -np.sum(t * np.log(p + 1e-7))


def draw(axes):
    """Loss against the probability of the true class: a straight line, and the logarithm."""
    p = np.linspace(0.01, 0.99, 99)
    for loss, color in ((broken, "#b3261e"), (right, "#1b6e3c")):
        values = [loss(np.array([q, 1 - q]), np.array([1.0, 0.0])) for q in p]
        axes.plot(p, values, color=color, label=loss.__name__)
    axes.set(xlabel="probability of the true class", ylabel="loss", ylim=(0, None))
    axes.legend()
