"""Adadelta that uses an accumulator before it has the new gradient.

Descent on 2 p² from p = 1. The ratio of the two accumulators is then always 1, so that the step is
the gradient itself, whatever its size:

>>> [round(float(p), 4) for p in path(broken)]
[-3.0, 9.0, -27.0, 81.0]
>>> [round(float(p), 4) for p in path(right)]
[0.9968, 0.9936, 0.9903, 0.987]
"""

import numpy as np

HERE = "np_optim.Adadelta"


def broken(g, v, u, rho=0.9, eps=1e-6):
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    v = rho * v + (1 - rho) * g**2
    u = rho * u + (1 - rho) * d**2
    return d, v, u


def right(g, v, u, rho=0.9, eps=1e-6):
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = rho * u + (1 - rho) * d**2
    return d, v, u


def path(rule, count=4):
    """Return p after each step of descent on 2 p², from p = 1."""
    p, v, u, places = 1.0, 0.0, 0.0, []
    for _ in range(count):
        d, v, u = rule(4 * p, v, u)
        p -= d
        places.append(p)
    return places
