# mypy: ignore-errors
"""Unit 3: activations. Each works element by element: y = f(x), dx = G f'(x).

forward keeps in self what backward needs. Neither changes the array that it is given.
"""

import numpy as np


class ReLU:
    """f(x) = x where x > 0, else 0."""

    def forward(self, x):
        """Return y, an array like x."""
        # Write your code here: two lines.

    def backward(self, G):
        """Return dx for G = dL/dy."""
        # Write your code here: one line.


class LeakyReLU:
    """f(x) = x where x > 0, else slope · x."""

    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        """Return y, an array like x."""
        # Write your code here.

    def backward(self, G):
        """Return dx for G = dL/dy."""
        # Write your code here.


class Sigmoid:
    """f(x) = 1 / (1 + exp(-x)), also for x = ±1000."""

    def forward(self, x):
        """Return y, an array like x."""
        # Write your code here.

    def backward(self, G):
        """Return dx for G = dL/dy; f' = y (1 - y)."""
        # Write your code here.


class ELU:
    """f(x) = x where x > 0, else alpha (exp(x) - 1)."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        """Return y, an array like x; exp of a large x must not overflow."""
        # Write your code here.

    def backward(self, G):
        """Return dx for G = dL/dy."""
        # Write your code here.
