"""Validation rows from the end of a file that is sorted by class.

>>> labels = np.repeat(np.arange(10), 100)
>>> np.bincount(broken(labels, 200), minlength=10).tolist()
[0, 0, 0, 0, 0, 0, 0, 0, 100, 100]
>>> np.bincount(right(labels, 200), minlength=10).tolist()
[22, 18, 19, 21, 23, 23, 18, 15, 17, 24]
"""

import numpy as np

HERE = "np_data.train_val_split"


def broken(labels, count):
    return labels[-count:]


def right(labels, count):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(labels))
    return labels[order[:count]]


def draw(axes):
    """Validation rows of each class: only two classes occur, or all ten."""
    labels = np.repeat(np.arange(10), 100)
    for shift, choose, color in ((-0.2, broken, "#b3261e"), (0.2, right, "#1b6e3c")):
        counts = np.bincount(choose(labels, 200), minlength=10)
        axes.bar(np.arange(10) + shift, counts, 0.4, color=color, label=choose.__name__)
    axes.set(xlabel="class", ylabel="validation rows", xticks=range(10))
    axes.legend()
