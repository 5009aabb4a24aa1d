"""A generator that is seeded again in every epoch.

>>> broken(epochs=3, rows=6)
[[3, 2, 5, 4, 0, 1], [3, 2, 5, 4, 0, 1], [3, 2, 5, 4, 0, 1]]
>>> right(epochs=3, rows=6)
[[3, 2, 5, 4, 0, 1], [4, 5, 1, 2, 0, 3], [3, 2, 0, 5, 4, 1]]
"""

import numpy as np

HERE = "np_data.Batches"


def broken(epochs, rows):
    orders = []
    for _ in range(epochs):
        rng = np.random.default_rng(0)
        orders.append(rng.permutation(rows).tolist())
    return orders


def right(epochs, rows):
    orders = []
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        orders.append(rng.permutation(rows).tolist())
    return orders
