"""An ε of 10e-8, which is ten times 1e-8.

The first step of Adam with learning rate 1 and a gradient of 1e-8 should be one half.

>>> round(broken(1e-8), 3)
0.091
>>> round(right(1e-8), 3)
0.5
"""

HERE = "np_optim.Adam"


def broken(g):
    eps = 10e-8
    return g / (abs(g) + eps)


def right(g):
    eps = 1e-8
    return g / (abs(g) + eps)
