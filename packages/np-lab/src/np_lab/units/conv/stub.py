# mypy: ignore-errors
"""Unit 9: convolution and pooling, channel first.

x (batch, channels, height, width); W (filters, channels, k, k); b (filters,);
y (batch, filters, out_h, out_w) with out_h = (height + 2 padding - k) // stride + 1.
"""

import numpy as np


def conv2d(x, W, b, stride, padding):
    """Return y_nfij = b_f + Σ_cuv xp_n,c,i·stride+u,j·stride+v W_fcuv, by loops.

    xp is x with `padding` zeros on all four sides: np.pad(x, ((0, 0), (0, 0), (p, p), (p, p))).
    """
    # Write your code here: loops over i and j, about eight lines.


def im2col(x, k, stride, padding):
    """Return the windows of x as rows: (batch · out_h · out_w, channels · k · k).

    Rows are ordered by sample, then i, then j. Columns by channel, then u, then v: as in
    W.reshape(filters, -1). Then y is im2col(…) @ W.reshape(filters, -1).T + b, reshaped.
    """
    # Write your code here: about seven lines.


class Conv2D:
    """The layer y = conv2d(x, W, b, stride, padding)."""

    def __init__(self, channels, filters, kernel_size=3, stride=1, padding=0, rng=None):
        shape = (filters, channels, kernel_size, kernel_size)
        self.W = rng.normal(size=shape) * np.sqrt(2 / (channels * kernel_size**2))
        self.b = np.zeros(filters)
        self.stride = stride
        self.padding = padding
        self.dW = None
        self.db = None

    def forward(self, x):
        """Return y, and keep in self what backward needs."""
        # Write your code here: two lines.

    def backward(self, G):
        """Set self.dW and self.db, and return dx, for G = dL/dy."""
        # Write your code here: about ten lines. Loop over i and j as in conv2d.


class MaxPool2D:
    """The largest number of each window of size × size; windows do not overlap.

    Rows and columns that do not fill a window are left out.
    """

    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        """Return y (batch, channels, height // size, width // size)."""
        # Write your code here.

    def backward(self, G):
        """Return dx: G goes to the largest number of each window, the others get 0."""
        # Write your code here.
