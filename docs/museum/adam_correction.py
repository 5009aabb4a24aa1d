"""Adam whose bias correction does not depend on the step.

The gradient stays 1 and the learning rate is 1. Every step should be 1; here are the steps
1, 2, 10, 100 and 1000:

>>> steps(broken)[[0, 1, 9, 99, 999]].round(3)
array([0.744, 1.   , 1.536, 0.763, 0.296])
>>> steps(right)[[0, 1, 9, 99, 999]].round(3)
array([1., 1., 1., 1., 1.])
"""

import numpy as np

HERE = "np_optim.Adam"


def broken(m, v, t, beta1=0.9, beta2=0.999):
    m = m / (1 - beta1**2)
    v = v / (1 - beta2**2)
    return m / np.sqrt(v)


def right(m, v, t, beta1=0.9, beta2=0.999):
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return m / np.sqrt(v)


def steps(step, count=1000, g=1.0):
    """Return the sizes of the first steps for a gradient that stays the same."""
    m = v = 0.0
    sizes = np.empty(count)
    for t in range(1, count + 1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        sizes[t - 1] = step(m, v, t)
    return sizes


def draw(axes):
    """Size of each step: the broken one rises above 1.5, then falls; the right one is 1."""
    for step, color in ((broken, "#b3261e"), (right, "#1b6e3c")):
        axes.plot(np.arange(1, 10001), steps(step, 10000), color=color, label=step.__name__)
    axes.set(xscale="log", xlabel="step t", ylabel="size of the step / lr", ylim=(0, None))
    axes.legend()
