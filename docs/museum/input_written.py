"""An activation function that writes into its input.

>>> x = np.array([1.0, -2.0, 3.0])
>>> y = broken(x)
>>> x
array([1., 0., 3.])
>>> x = np.array([1.0, -2.0, 3.0])
>>> y = right(x)
>>> x
array([ 1., -2.,  3.])
"""

import numpy as np

HERE = "np_layers.ReLU"


def broken(x):
    x[x < 0] = 0
    return x


def right(x):
    return np.where(x < 0, 0, x)
