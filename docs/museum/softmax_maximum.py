"""A softmax that subtracts one maximum from all rows.

>>> z = np.array([[2.0, 1.0], [-800.0, -801.0]])
>>> with np.errstate(invalid="ignore"):
...     broken(z).round(3)
array([[0.731, 0.269],
       [  nan,   nan]])
>>> right(z).round(3)
array([[0.731, 0.269],
       [0.731, 0.269]])
"""

import numpy as np

HERE = "np_layers.softmax"


def broken(z):
    z = z - z.max()
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def right(z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)
