"""Convolution with stride 1 as a product with columns that are copied in long runs.

Read a padded image row after row as one long signal of pitch P: the pixel (h, w) is number
h·P + w, and the same place of the next row is P further on. All windows then have their tap (i, j)
at their own number plus i·P + j, so that each row of the column matrix is one piece of the signal,
shifted, instead of a piece for every row of every window. The zeros to the right of a row serve as
the zeros to the left of the next. The price is a few columns for windows that run over the end of a
row; they are computed and not used. A row of ones under the columns brings in the bias, and its
gradient.
"""

from __future__ import annotations

import numpy as np

from np_layers._types import Array
from np_layers.kernels import im2col as convolution
from np_layers.kernels.im2col import filter_gradient, images_at_once, transform_filters
from np_layers.kernels.threads import scratch
from np_layers.kernels.windows import Windows

__all__ = [
    "applies_to",
    "backward",
    "convolve",
    "filter_gradient",
    "images_at_once",
    "transform_filters",
]

FEW_CHANNELS = 8


def applies_to(windows: Windows) -> bool:
    """Return whether the functions here can be used: stride 1, padding smaller than the kernel."""
    padding = zip(windows.before, windows.after, windows.kernel, strict=True)
    return windows.stride == (1, 1) and all(max(b, a) < k for b, a, k in padding)


def convolve(x: Array, W: Array, b: Array | None, y: Array, windows: Windows) -> None:
    """Write y = W ⋆ x + b into y, in place: the same as `convolution.convolve`."""
    filters = W.reshape(len(W), -1)
    if b is not None:
        filters = np.concatenate([filters, b[:, None]], axis=1)
    _correlate(x, filters, y, windows, ones=b is not None)


def input_gradient(G: Array, W: Array, dx: Array, windows: Windows) -> None:
    """Write dL/dx for G = dL/dy into dx, in place: the same as `convolution.input_gradient`.

    dL/dx[n, c, r, s] = Σ_fij W[f, c, i, j] G[n, f, r + top − i, s + left − j]; with the filters
    turned round, i → kh − 1 − i, this is a convolution of G with kh − 1 − top zeros above. With
    few channels it would be a product with few rows, and the plain version is faster.
    """
    if W.shape[1] < FEW_CHANNELS:
        convolution.input_gradient(G, W, dx, windows)
        return
    (kh, kw), (top, left), (bottom, right) = windows.kernel, windows.before, windows.after
    turned = W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    around = Windows(
        (kh, kw),
        before=(kh - 1 - top, kw - 1 - left),
        after=(kh - 1 - bottom, kw - 1 - right),
    )
    _correlate(G, turned.reshape(len(turned), -1), dx, around, ones=False)


def add_weight_gradient(x: Array, G: Array, dW: Array, db: Array | None, windows: Windows) -> None:
    """Add dL/dW and dL/db to dW and db, in place: the same as `convolution.add_weight_gradient`."""
    n, F, Ho, Wo = G.shape
    signals = _Signals(x, Ho, windows, ones=db is not None)
    cols, signal, g = scratch(*signals.sizes, (F, n, Ho, signals.pitch), dtype=x.dtype)
    signals.write_columns(x, signal, cols)
    g[..., Wo:] = 0
    g[..., :Wo] = G.transpose(1, 0, 2, 3)
    sums = np.matmul(g.reshape(F, -1), cols.T)
    K = dW[0].size
    dW += sums[:, :K].reshape(dW.shape)
    if db is not None:
        db += sums[:, K]


def backward(
    x: Array, G: Array, W: Array, dW: Array, db: Array | None, dx: Array | None, windows: Windows
) -> None:
    """Do `add_weight_gradient`, and `input_gradient` where dx is given."""
    add_weight_gradient(x, G, dW, db, windows)
    if dx is not None:
        input_gradient(G, W, dx, windows)


def _correlate(x: Array, filters: Array, y: Array, windows: Windows, *, ones: bool) -> None:
    """Write into y (n, F, Ho, Wo) the filters (F, K) times the columns of x."""
    n, F, Ho, Wo = y.shape
    signals = _Signals(x, Ho, windows, ones=ones)
    cols, signal, product = scratch(*signals.sizes, (F, n, Ho, signals.pitch), dtype=x.dtype)
    signals.write_columns(x, signal, cols)
    np.matmul(filters, cols, out=product.reshape(F, -1))
    y[...] = product[..., :Wo].transpose(1, 0, 2, 3)


class _Signals:
    """How some images are written as signals, and these as columns."""

    def __init__(self, x: Array, rows: int, windows: Windows, *, ones: bool) -> None:
        n, self.channels, self.height, self.width = x.shape
        kh, kw = windows.kernel
        self.windows = windows
        self.pitch = self.width + max(windows.before[1], windows.after[1])
        self.run = rows * self.pitch
        length = self.run + (kh - 1) * self.pitch + kw - 1
        depth = self.channels * kh * kw + ones
        self.sizes = (depth, n * self.run), (self.channels, n, length)

    def write_columns(self, x: Array, signal: Array, cols: Array) -> None:
        """Fill signal (C, n, length) and cols (K, n·run) for the images x, in place."""
        C, n, P = self.channels, len(x), self.pitch
        kh, kw = self.windows.kernel
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
            strides=(along_c, P * along_p, along_p, along_n, along_p),
        )
        K = C * kh * kw
        cols[:K].reshape(taps.shape)[...] = taps
        cols[K:] = 1
