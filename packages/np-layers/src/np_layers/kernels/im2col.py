"""Convolution and its derivatives as two copies and one matrix product.

Every window of the image is written out as a column (im2col); then one product of the filters with
the columns is the convolution, and the same columns give the gradient of the filters. The gradient
of the image is a product that gives columns, added up where the windows overlap (col2im). This is
the plain version; `fast_convolution` computes the same with fewer copies.
"""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array, Shape
from np_layers.kernels.windows import Windows

COLUMN_BYTES = 1 << 20  # of the images done at once: they stay in a second-level cache


def im2col(x: Array, windows: Windows) -> Array:
    """Return each window of each image as a column.

    cols[n, (c, i, j), (h, w)] = xp[n, c, h·sh + i, w·sw + j] with xp the padded x.

    Parameters
    ----------
    x
        Images (N, C, H, W).
    windows
        Size, stride and padding.

    Returns
    -------
    ndarray
        (N, C·kh·kw, Ho·Wo), the dtype of x.

    References
    ----------
    Chellapilla, Puri, Simard, "High performance convolutional neural networks for document
    processing", 2006.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> im2col(x, Windows((2, 2)))[0]
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    N, C = x.shape[:2]
    kh, kw = windows.kernel
    Ho, Wo = windows.count(x.shape[2:])
    cols = np.empty((N, C, kh * kw, Ho, Wo), x.dtype)
    for place, tap in enumerate(windows.taps(windows.pad(x, 0))):
        cols[:, :, place] = tap
    return cols.reshape(N, C * kh * kw, Ho * Wo)


def col2im(cols: Array, shape: Shape, windows: Windows) -> Array:
    """Add the columns up where their windows lie: the transpose of `im2col` as a linear map.

    Parameters
    ----------
    cols
        (N, C·kh·kw, Ho·Wo).
    shape
        Shape (N, C, H, W) of the images.
    windows
        Size, stride and padding.

    Returns
    -------
    ndarray
        Images (N, C, H, W). Each pixel is the sum over all the windows that see it.

    Examples
    --------
    >>> windows = Windows((2, 2))
    >>> col2im(im2col(np.ones((1, 1, 3, 3)), windows), (1, 1, 3, 3), windows)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    N, C, H, W = shape
    Ho, Wo = windows.count((H, W))
    kh, kw = windows.kernel
    cols = cols.reshape(N, C, kh * kw, Ho, Wo)
    x = np.empty(shape, cols.dtype)
    xp = windows.padded_zeros(x)
    for place, tap in enumerate(windows.taps(xp)):
        tap += cols[:, :, place]
    windows.unpad(xp, x)
    return x


def images_at_once(windows: Windows, channels: int, maps: Shape, itemsize: int) -> int:
    """Return how many images are done at once on the way to the maps (F, Ho, Wo)."""
    columns = channels * math.prod(windows.kernel) * math.prod(maps[1:]) * itemsize
    return max(1, COLUMN_BYTES // columns)


def transform_filters(W: Array) -> Array:
    """Return the filters (F, C, kh, kw) as `convolve` and `backward` take them: as they are."""
    return W


def filter_gradient(dW: Array) -> Array:
    """Return dL/dW for the gradient of what `transform_filters` returns."""
    return dW


def convolve(x: Array, W: Array, b: Array | None, y: Array, windows: Windows) -> None:
    """Write y = W ⋆ x + b into y, in place.

    y[n, f, h, w] = Σ_cij W[f, c, i, j] xp[n, c, h·sh + i, w·sw + j] + b[f]

    Parameters
    ----------
    x
        Images (N, C, H, W).
    W, b
        Filters (F, C, kh, kw) and their biases (F,) or None.
    y
        Receives (N, F, Ho, Wo).
    windows
        Size, stride and padding.
    """
    N, F, Ho, Wo = y.shape
    np.matmul(W.reshape(F, -1), im2col(x, windows), out=y.reshape(N, F, Ho * Wo))
    if b is not None:
        y += b[:, None, None]


def add_weight_gradient(x: Array, G: Array, dW: Array, db: Array | None, windows: Windows) -> None:
    """Add dL/dW and dL/db for G = dL/dy to dW and db, in place.

    W[f, k] multiplies cols[n, k, p] in y[n, f, p], so dL/dW[f, k] = Σ_np G[n, f, p] cols[n, k, p];
    b[f] is added everywhere in the map f, so dL/db[f] = Σ_np G[n, f, p].

    Parameters
    ----------
    x
        Images (N, C, H, W).
    G
        dL/dy (N, F, Ho, Wo).
    dW, db
        Shapes (F, C, kh, kw) and (F,); db may be None.
    windows
        Size, stride and padding.
    """
    N, F, Ho, Wo = G.shape
    # The order of a sum follows the memory, which must not depend on where G comes from.
    G = np.ascontiguousarray(G).reshape(N, F, Ho * Wo)
    products = np.matmul(G, im2col(x, windows).transpose(0, 2, 1))
    dW += products.sum(axis=0).reshape(dW.shape)
    if db is not None:
        db += G.sum(axis=(0, 2))


def input_gradient(G: Array, W: Array, dx: Array, windows: Windows) -> None:
    """Write dL/dx for G = dL/dy into dx, in place.

    cols[n, k, p] reaches the loss through W[f, k] G[n, f, p] for every f, so its derivative is
    Σ_f W[f, k] G[n, f, p]; a pixel is in many columns and collects all of them (`col2im`).

    Parameters
    ----------
    G
        dL/dy (N, F, Ho, Wo).
    W
        Filters (F, C, kh, kw).
    dx
        Receives (N, C, H, W).
    windows
        Size, stride and padding.
    """
    N, F, Ho, Wo = G.shape
    G = np.ascontiguousarray(G).reshape(N, F, Ho * Wo)
    dcols = np.matmul(W.reshape(F, -1).T, G)
    np.copyto(dx, col2im(dcols, dx.shape, windows))


def backward(
    x: Array, G: Array, W: Array, dW: Array, db: Array | None, dx: Array | None, windows: Windows
) -> None:
    """Do `add_weight_gradient`, and `input_gradient` where dx is given."""
    add_weight_gradient(x, G, dW, db, windows)
    if dx is not None:
        input_gradient(G, W, dx, windows)
