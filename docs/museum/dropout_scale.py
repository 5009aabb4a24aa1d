"""Dropout that changes the size of its output.

In training, the mean output should be that of evaluation, where dropout does nothing: 1.

>>> rng = np.random.default_rng(0)
>>> x = np.ones(100_000)
>>> round(float(broken(x, 0.8, rng).mean()), 2)
0.2
>>> round(float(right(x, 0.8, rng).mean()), 2)
0.99
"""

import numpy as np

HERE = "np_layers.Dropout"


def broken(x, rate, rng):
    keep = rng.random(x.shape) >= rate
    return x * keep


def right(x, rate, rng):
    keep = rng.random(x.shape) >= rate
    return x * keep / (1 - rate)
