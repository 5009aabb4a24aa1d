"""Recall per class, indexed by the classes that happen to occur.

Class 2 does not occur here. What is the recall of class 3?

>>> true = np.array([0, 0, 1, 3, 3, 3])
>>> predicted = np.array([0, 1, 1, 3, 3, 0])
>>> broken(true, predicted)
[0.5, 1.0, 0.67]
>>> right(true, predicted, 4)
[0.5, 1.0, nan, 0.67]
"""

import numpy as np

HERE = "np_metrics.recall"


def broken(true, predicted):
    recall = []
    for k in np.unique(true):
        hit = predicted[true == k] == k
        recall.append(mean(hit))
    return recall


def right(true, predicted, classes):
    recall = []
    for k in range(classes):
        hit = predicted[true == k] == k
        recall.append(mean(hit))
    return recall


def mean(hit):
    """Return the share of hits, rounded to two digits. Without rows it is NaN."""
    return round(float(np.mean(hit)), 2) if len(hit) else float("nan")
