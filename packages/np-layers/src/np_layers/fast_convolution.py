"""Convolution with stride 1 as a product with columns that are copied in long runs.

Read a padded image row after row as one long signal of pitch P: the pixel (h, w) is number
h·P + w, and the same place of the next row is P further on. All windows then have their tap (i, j)
at their own number plus i·P + j, so that each row of the column matrix is one piece of the signal,
shifted, instead of a piece for every row of every window. The zeros to the right of a row serve as
the zeros to the left of the next. The price is a few columns for windows that run over the end of a
row; they are computed and not used. A row of ones under the columns brings in the bias, and its
gradient. A few images at a time are done, so that the columns stay in the cache; how many depends
on the shapes alone.
"""

from __future__ import annotations

import numpy as np

from np_layers._types import Array, Shape
from np_layers.threads import for_each, scratch
from np_layers.windows import Windows

CHUNK_BYTES = 1 << 19  # of columns: half of a second-level cache
MAX_PARTS = 8  # of the batch, for the gradient of the weights


def applies_to(windows: Windows) -> bool:
    """Return whether `convolve` and the gradients here can be used: stride 1, padding < kernel."""
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
    turned round, i → kh − 1 − i, this is a convolution of G with kh − 1 − top zeros above.
    """
    (kh, kw), (top, left), (bottom, right) = windows.kernel, windows.before, windows.after
    turned = W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    around = Windows(
        (kh, kw),
        before=(kh - 1 - top, kw - 1 - left),
        after=(kh - 1 - bottom, kw - 1 - right),
    )
    _correlate(G, turned.reshape(len(turned), -1), dx, around, ones=False)


def weight_gradient(x: Array, G: Array, dW: Array, db: Array | None, windows: Windows) -> None:
    """Write dL/dW and dL/db into dW and db, in place: the same as `convolution.weight_gradient`.

    The batch is cut into parts, each part adds up its own chunks in order, and then the parts are
    added in order: a sum that does not depend on who computes what.
    """
    N, F, Ho, Wo = G.shape
    signals = _Signals(x, (Ho, Wo), windows, ones=db is not None)
    parts = max(1, min(MAX_PARTS, N // signals.chunk))
    step = max(1, -(-N // parts))
    sums = np.zeros((parts, F, signals.depth), G.dtype)

    def add_up(part: slice) -> None:
        for start in range(part.start, part.stop, signals.chunk):
            images = slice(start, min(start + signals.chunk, part.stop))
            n = images.stop - images.start
            cols, signal, g, product = scratch(
                *signals.sizes(n), (F, n, Ho, signals.pitch), (F, signals.depth), dtype=x.dtype
            )
            signals.write_columns(x[images], signal, cols)
            g[..., Wo:] = 0
            g[..., :Wo] = G[images].transpose(1, 0, 2, 3)
            np.matmul(g.reshape(F, -1), cols.T, out=product)
            sums[part.start // step] += product

    for_each(add_up, N, step=step)
    total = sums.sum(axis=0)
    K = dW[0].size
    dW[...] = total[:, :K].reshape(dW.shape)
    if db is not None:
        db[...] = total[:, K]


def _correlate(x: Array, filters: Array, y: Array, windows: Windows, *, ones: bool) -> None:
    """Write into y (N, F, Ho, Wo) the filters (F, K) times the columns of x."""
    N, F, Ho, Wo = y.shape
    signals = _Signals(x, (Ho, Wo), windows, ones=ones)

    def fill(images: slice) -> None:
        n = images.stop - images.start
        cols, signal, product = scratch(*signals.sizes(n), (F, n, Ho, signals.pitch), dtype=x.dtype)
        signals.write_columns(x[images], signal, cols)
        np.matmul(filters, cols, out=product.reshape(F, -1))
        y[images] = product[..., :Wo].transpose(1, 0, 2, 3)

    for_each(fill, N, step=signals.chunk)


class _Signals:
    """How the images of one batch are written as signals, and these as columns."""

    def __init__(self, x: Array, output: Shape, windows: Windows, *, ones: bool) -> None:
        _, self.channels, self.height, self.width = x.shape
        self.windows = windows
        self.ones = ones
        kh, kw = windows.kernel
        self.pitch = self.width + max(windows.before[1], windows.after[1])
        self.run = output[0] * self.pitch
        self.length = self.run + (kh - 1) * self.pitch + kw - 1
        self.depth = self.channels * kh * kw + ones
        self.chunk = max(1, CHUNK_BYTES // (x.itemsize * self.depth * self.run))

    def sizes(self, images: int) -> tuple[Shape, Shape]:
        """Return the shapes of the columns and of the signals of this many images."""
        return (self.depth, images * self.run), (self.channels, images, self.length)

    def write_columns(self, x: Array, signal: Array, cols: Array) -> None:
        """Fill signal and cols for the images x, in place."""
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
