"""A ReLU after the last layer.

All outputs of the last linear layer are negative. What is the gradient of the loss of class 0?

>>> z = np.array([-0.5, -1.0, -2.0])
>>> broken(z, 0)
array([0., 0., 0.])
>>> right(z, 0).round(2)
array([-0.45,  0.33,  0.12])
"""

import numpy as np

HERE = "np_layers.cross_entropy"


def broken(z, label):
    y = np.maximum(z, 0)
    G = softmax(y)
    G[label] -= 1
    return G * (z > 0) + 0.0


def right(z, label):
    G = softmax(z)
    G[label] -= 1
    return G


def softmax(z):
    """Return the probabilities of one row of logits."""
    e = np.exp(z - z.max())
    return e / e.sum()
