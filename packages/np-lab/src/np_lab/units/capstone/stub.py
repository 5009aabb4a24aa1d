# mypy: ignore-errors
"""Unit 12: train a network made of your own parts."""

import numpy as np


def split(n, fraction, rng):
    """Return (train, validation): all numbers from 0 to n - 1, shuffled, in two index arrays.

    validation has round(fraction · n) of them. rng is a numpy.random.Generator.
    """
    # Write your code here: three lines.


def batches(n, size, rng):
    """Return a list of index arrays: one epoch. Each number from 0 to n - 1 is in one of them.

    They are shuffled anew in each call. All have `size` numbers; the last may be shorter.
    """
    # Write your code here: two lines.


def train_step(layers, loss, optimizers, x, labels):
    """Take one training step and return the value of the loss before it.

    layers have forward(x) and backward(G). loss(output, labels) returns (value, dL/doutput).
    optimizers is a list of (layer, name, optimizer): after backward call optimizer.step(p, g) with
    p = getattr(layer, name) and g = getattr(layer, "d" + name).
    """
    # Write your code here: about seven lines.
