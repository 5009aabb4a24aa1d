"""A loop over samples where one matrix product does the same.

>>> rng = np.random.default_rng(0)
>>> x, W = rng.normal(size=(60_000, 3)), rng.normal(size=(3, 2))
>>> (y, products), (fast, one) = broken(x, W), right(x, W)
>>> products, one
(60000, 1)
>>> bool(np.allclose(y, fast))
True
"""

import numpy as np

HERE = "np_layers.Dense.forward"


def broken(x, W):
    y, products = np.empty((len(x), W.shape[1])), 0
    for n in range(len(x)):
        y[n] = x[n] @ W
        products += 1
    return y, products


def right(x, W):
    y, products = x @ W, 1
    return y, products
