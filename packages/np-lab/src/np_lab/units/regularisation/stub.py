# mypy: ignore-errors
"""Unit 8: initialisation, L2 and dropout."""

import numpy as np


def he_normal(inputs, outputs, rng):
    """Return weights (inputs, outputs) from a normal distribution: mean 0, variance 2 / inputs.

    rng is a numpy.random.Generator.
    """
    # Write your code here: one line.


def xavier_uniform(inputs, outputs, rng):
    """Return weights (inputs, outputs), uniform between -a and a, a = √(6 / (inputs + outputs))."""
    # Write your code here: two lines.


def l2_penalty(W, strength):
    """Return the penalty strength/2 Σ W² and its gradient with respect to W."""
    # Write your code here: one line.


class Dropout:
    """Inverted dropout: in training each number is set to 0 with probability rate.

    The others are divided by 1 - rate. Outside training nothing changes.
    """

    def __init__(self, rate, rng):
        self.rate = rate
        self.rng = rng

    def forward(self, x, training=True):
        """Return y, an array like x."""
        # Write your code here: about five lines; keep the mask for backward.

    def backward(self, G):
        """Return dx for G = dL/dy, after a forward in training."""
        # Write your code here: one line.
