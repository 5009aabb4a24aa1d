# mypy: ignore-errors
"""Unit 6: SGD, momentum and Nesterov.

step(p, g) changes the array p in place; the caller holds the same array. It returns nothing, and
it does not change g.
"""

import numpy as np


class SGD:
    """p ← p - lr g."""

    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: one line.


class Momentum:
    """v ← μ v + g, then p ← p - lr v."""

    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = 0.0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: two lines.


class Nesterov:
    """v ← μ v + g, then p ← p - lr (g + μ v)."""

    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = 0.0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: two lines.
