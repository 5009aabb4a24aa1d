"""Iterations that are called epochs.

10 000 updates with batches of 128 from 60 000 rows:

>>> broken(10_000)
10000
>>> round(right(10_000, batch_size=128, rows=60_000), 1)
21.3
"""

HERE = "np_data.Batches"


def broken(updates):
    epochs = updates
    return epochs


def right(updates, batch_size, rows):
    epochs = updates * batch_size / rows
    return epochs
