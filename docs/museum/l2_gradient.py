"""An L2 penalty that is in the loss but not in the gradient.

>>> w, x, t = np.array([2.0]), np.array([[1.0]]), np.array([2.0])
>>> float(loss(w, x, t)), float(slope(w, x, t))
(0.2, 0.2)
>>> broken(w, x, t), right(w, x, t)
(array([0.]), array([0.2]))
"""

import numpy as np

HERE = "np_layers.Dense.backward"


def broken(w, x, t, l2=0.1):
    G = x @ w - t
    return x.T @ G


def right(w, x, t, l2=0.1):
    G = x @ w - t
    return x.T @ G + l2 * w


def loss(w, x, t, l2=0.1):
    """Return ½ Σ (x w − t)² + l2/2 · w², which both functions should differentiate."""
    return 0.5 * np.sum((x @ w - t) ** 2) + l2 / 2 * np.sum(w**2)


def slope(w, x, t, h=1e-6):
    """Return the slope of the loss, measured by a difference."""
    return np.round((loss(w + h, x, t) - loss(w - h, x, t)) / (2 * h), 6)
