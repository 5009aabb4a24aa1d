"""A bias gradient that is one number for all outputs.

>>> G = np.array([[1.0, -10.0], [2.0, -20.0]])
>>> broken(G)
array([-6.75, -6.75])
>>> right(G)
array([  3., -30.])
"""

import numpy as np

HERE = "np_layers.Dense.backward"


def broken(G):
    db = np.empty(G.shape[1])
    db[:] = G.mean()
    return db


def right(G):
    db = np.empty(G.shape[1])
    db[:] = G.sum(axis=0)
    return db
