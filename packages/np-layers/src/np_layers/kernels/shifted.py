"""Convolution with stride 1, with columns that are shifted copies of one long signal.

Read a padded image row after row as one signal of pitch P: the pixel (h, w) has the number h·P + w.
Then the pixel (i, j) of every window comes i·P + j later (i and j times the dilation). So row
(c, i, j) of the column matrix is the signal of channel c, shifted by i·P + j. That is one long copy
instead of one copy per image row. The zeros to the right of an image row are also the zeros to the
left of the next one. Windows that cross the end of a row give some columns that are computed and
not used.
"""

from __future__ import annotations

import numpy as np

from np_layers._types import Array
from np_layers.kernels import im2col
from np_layers.kernels.threads import scratch
from np_layers.kernels.windows import Windows

FEW_CHANNELS = 8  # below this, a product for the gradient of the images has too few rows


def applies_to(windows: Windows) -> bool:
    """Return whether this module can be used: stride 1, and padding smaller than a window."""
    padding = zip(windows.before, windows.after, windows.extent, strict=True)
    return windows.stride == (1, 1) and all(max(b, a) < e for b, a, e in padding)


def convolve(x: Array, W: Array, y: Array, windows: Windows) -> None:
    """Write y = W ⋆ x into y, in place; arguments as in `im2col.convolve`."""
    _correlate(x, W.reshape(len(W), -1), y, windows)


def add_weight_gradient(x: Array, G: Array, dW: Array, windows: Windows) -> None:
    """Add dL/dW to dW, in place: one product of G with the columns."""
    n, F, Ho, Wo = G.shape
    signals = _Signals(x, Ho, windows)
    cols, signal, g = scratch(*signals.sizes, (F, n, Ho, signals.pitch), dtype=x.dtype)
    signals.write_columns(x, signal, cols)
    g[..., Wo:] = 0
    g[..., :Wo] = G.transpose(1, 0, 2, 3)
    dW += np.matmul(g.reshape(F, -1), cols.T).reshape(dW.shape)


def input_gradient(G: Array, W: Array, dx: Array, windows: Windows) -> None:
    """Write dL/dx into dx, in place.

    dL/dx[n, c, r, s] = Σ_fij W[f, c, i, j] G[n, f, r + top − i, s + left − j]. With the filters
    turned by 180°, i → kh − 1 − i, this is a convolution of G with kh − 1 − top zeros above. With a
    dilation dh, i·dh takes the place of i in G, and the extent of the window that of kh.
    """
    if W.shape[1] < FEW_CHANNELS:
        im2col.input_gradient(G, W, dx, windows)
        return
    (eh, ew), (top, left), (bottom, right) = windows.extent, windows.before, windows.after
    turned = W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    around = Windows(
        windows.kernel,
        before=(eh - 1 - top, ew - 1 - left),
        after=(eh - 1 - bottom, ew - 1 - right),
        dilation=windows.dilation,
    )
    _correlate(G, turned.reshape(len(turned), -1), dx, around)


def _correlate(x: Array, filters: Array, y: Array, windows: Windows) -> None:
    """Write the product of the filters (F, K) with the columns of x into y (n, F, Ho, Wo)."""
    n, F, Ho, Wo = y.shape
    signals = _Signals(x, Ho, windows)
    cols, signal, product = scratch(*signals.sizes, (F, n, Ho, signals.pitch), dtype=x.dtype)
    signals.write_columns(x, signal, cols)
    np.matmul(filters, cols, out=product.reshape(F, -1))
    y[...] = product[..., :Wo].transpose(1, 0, 2, 3)


class _Signals:
    """The sizes of the signals and columns of some images."""

    def __init__(self, x: Array, rows: int, windows: Windows) -> None:
        n, self.channels, self.height, self.width = x.shape
        (kh, kw), (eh, ew) = windows.kernel, windows.extent
        self.windows = windows
        self.pitch = self.width + max(windows.before[1], windows.after[1])
        self.run = rows * self.pitch
        length = self.run + (eh - 1) * self.pitch + ew - 1
        depth = self.channels * kh * kw
        self.sizes = (depth, n * self.run), (self.channels, n, length)

    def write_columns(self, x: Array, signal: Array, cols: Array) -> None:
        """Fill signal (C, n, length) and cols (K, n·run) for the images x, in place."""
        C, n, P = self.channels, len(x), self.pitch
        (kh, kw), (dh, dw) = self.windows.kernel, self.windows.dilation
        start = self.windows.before[0] * P + self.windows.before[1]
        stop = start + self.height * P
        signal[:, :, :start] = 0
        signal[:, :, stop:] = 0
        rows = signal[:, :, start:stop].reshape(C, n, self.height, P)
        rows[..., self.width :] = 0
        rows[..., : self.width] = x.transpose(1, 0, 2, 3)
        along_c, along_n, along_p = signal.strides
        taps: Array = np.ndarray(
            (C, kh, kw, n, self.run),
            signal.dtype,
            signal,
            strides=(along_c, dh * P * along_p, dw * along_p, along_n, along_p),
        )
        cols.reshape(taps.shape)[...] = taps
