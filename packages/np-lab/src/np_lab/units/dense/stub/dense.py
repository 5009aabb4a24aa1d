"""The dense layer: y = x W + b."""

import numpy as np


def dense_forward(x, W, b):
    """Return y = x W + b.

    x (batch, inputs), W (inputs, outputs), b (outputs,); y (batch, outputs).
    """
    # Write your code here: one line is enough.
    ...


def dense_backward(x, W, b, G):
    """Return the gradients dx, dW, db of the loss for G = dL/dy.

    G (batch, outputs); dx like x, dW like W, db like b.
    """
    # Write your code here: one line for each gradient.
    ...
