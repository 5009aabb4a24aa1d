# mypy: ignore-errors
"""Unit 2: the dense layer y = x W + b."""

import numpy as np


def dense_forward(x, W, b):
    """Return y = x W + b.

    x (batch, inputs), W (inputs, outputs), b (outputs,); y (batch, outputs).
    """
    # Write your code here: one line is enough.


def dense_backward(x, W, b, G):
    """Return the gradients dx, dW, db of the loss L, for G = dL/dy.

    G (batch, outputs); dx has the shape of x, dW of W, db of b.
    """
    # Write your code here: one line for each gradient.


class Dense:
    """A dense layer that keeps its parameters and its gradients."""

    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)
        self.b = np.zeros(outputs)
        self.dW = None
        self.db = None

    def forward(self, x):
        """Return y, and keep in self what backward needs."""
        # Write your code here: call dense_forward.

    def backward(self, G):
        """Set self.dW and self.db, and return dx."""
        # Write your code here: call dense_backward.
