"""A squared error whose gradient belongs to another function.

>>> y, t = np.array([[1.0, 2.0, 4.0]]), np.zeros((1, 3))
>>> slope(y, t)
array([[0.667, 1.333, 2.667]])
>>> broken(y, t)[1]
array([[1., 2., 4.]])
>>> right(y, t)[1].round(3)
array([[0.667, 1.333, 2.667]])
"""

import numpy as np

HERE = "np_layers.mean_squared_error"


def broken(y, t):
    loss = np.mean((y - t) ** 2)
    grad = y - t
    return loss, grad


def right(y, t):
    loss = np.mean((y - t) ** 2)
    grad = 2 * (y - t) / y.size
    return loss, grad


def slope(y, t, h=1e-6):
    """Return the slope of the loss along each element, measured by differences."""
    result = np.empty_like(y)
    for i in np.ndindex(y.shape):
        step = np.zeros_like(y)
        step[i] = h
        result[i] = (right(y + step, t)[0] - right(y - step, t)[0]) / (2 * h)
    return result.round(3)
