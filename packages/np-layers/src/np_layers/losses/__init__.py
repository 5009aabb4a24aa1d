"""Loss functions: each returns the loss and its gradient.

The loss is a Python float; the gradient dL/dpredictions has the shape and dtype of the predictions.
``reduction`` is ``"mean"``, ``"sum"``, or ``"none"``: then the loss is an array with one number for
each row (`cross_entropy`) or element, and the gradient is that of their sum. So
``losses @ w`` and ``grad * w[:, None]`` weight the rows. Arguments are never changed. An empty
batch has loss 0.0.
"""

from np_layers.losses.classification import binary_cross_entropy, cross_entropy
from np_layers.losses.registry import LOSSES, register_loss
from np_layers.losses.regression import huber, mean_absolute_error, mean_squared_error

__all__ = [
    "LOSSES",
    "binary_cross_entropy",
    "cross_entropy",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "register_loss",
]
