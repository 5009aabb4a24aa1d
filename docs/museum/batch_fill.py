"""Filling the last batch with random rows, one of which may not exist.

Ten rows have the indices 0 to 9. How many of 1100 drawn indices are outside?

>>> rng = np.random.default_rng(0)
>>> int((broken(10, 1100, rng) > 9).sum())
112
>>> int((right(10, 1100, rng) > 9).sum())
0
"""

import numpy as np

HERE = "np_data.Batches"


def broken(rows, missing, rng):
    return rng.integers(0, rows + 1, missing)


def right(rows, missing, rng):
    return rng.integers(0, rows, missing)
