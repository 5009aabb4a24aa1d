"""A gradient that is added over the batch: its size grows with the batch size.

>>> rng = np.random.default_rng(0)
>>> batches = [rng.normal([1, 3], 1, (n, 2)) for n in (8, 128, 512)]
>>> batches = [(b[:, :1], b[:, 1]) for b in batches]
>>> [round(float(broken(x, G)[0]), 1) for x, G in batches]
[16.4, 381.2, 1421.4]
>>> [round(float(right(x, G)[0]), 1) for x, G in batches]
[2.0, 3.0, 2.8]
"""

import numpy as np

HERE = "np_layers.cross_entropy"


def broken(x, G):
    dW = x.T @ G
    return dW


def right(x, G):
    dW = x.T @ G / len(x)
    return dW
