"""The best of nine trainings, chosen by the test rows that also measure it.

All nine networks have the same accuracy of 95 %. What does the table report, on average?

>>> rng = np.random.default_rng(0)
>>> tables = [rng.binomial(1000, 0.95, (2, 9)) / 1000 for _ in range(2000)]
>>> round(float(np.mean([broken(test) for _, test in tables])), 3)
0.96
>>> round(float(np.mean([right(val, test) for val, test in tables])), 3)
0.95
"""

import numpy as np

HERE = "np_metrics.bootstrap_interval"


def broken(test):
    best = np.argmax(test)
    return test[best]


def right(val, test):
    best = np.argmax(val)
    return test[best]
