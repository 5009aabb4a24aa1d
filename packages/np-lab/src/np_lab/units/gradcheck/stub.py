# mypy: ignore-errors
"""Unit 5: check a gradient by numbers."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by central differences, an array like x.

    f takes an array like x and returns one number. x is not changed when this returns.
    """
    # Write your code here: a loop over all indices (np.ndindex), about six lines.


def relative_error(a, n):
    """Return the largest |a - n| / max(|a|, |n|, 1e-8) of all elements: one number."""
    # Write your code here: two lines.


def check_backward(layer, x, G):
    """Return True if layer.backward(G) agrees with numbers: relative error below 1e-5.

    layer.forward(x) returns y; layer.backward(G), called after it, returns dx for G = dL/dy.
    The function to differentiate is s(x) = Σ G · layer.forward(x).
    """
    # Write your code here: use the two functions above.
