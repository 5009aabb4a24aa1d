"""Convolution and its gradients with im2col: two copies and one matrix product.

im2col writes each window of the image as a column. Then the convolution is one product of the
filters with the columns, and the same columns give the gradient of the filters. The gradient of the
image is a product whose columns are added where their windows overlap (col2im). This is the plain
version for any stride and padding. `shifted` computes the same with fewer copies.
"""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array, Shape
from np_layers.kernels.windows import Windows

COLUMN_BYTES = 1 << 20  # of columns that are computed at once: they fit into a second-level cache


def images_at_once(windows: Windows, channels: int, maps: Shape, itemsize: int) -> int:
    """Return how many images are computed at once, for output maps (F, Ho, Wo)."""
    columns = channels * math.prod(windows.kernel) * math.prod(maps[1:]) * itemsize
    return max(1, COLUMN_BYTES // columns)


def convolve(x: Array, W: Array, y: Array, windows: Windows) -> None:
    """Write y = W ⋆ x into y, in place.

    y[n, f, h, w] = Σ_cij W[f, c, i, j] xp[n, c, h·sh + i·dh, w·sw + j·dw], xp is the padded x.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    W : ndarray of shape (F, C, kh, kw)
        The filters.
    y : ndarray of shape (N, F, Ho, Wo)
        The result.
    windows : Windows
        Size, stride, padding and dilation.
    """
    N, F, Ho, Wo = y.shape
    np.matmul(W.reshape(F, -1), im2col(x, windows), out=y.reshape(N, F, Ho * Wo))


def add_weight_gradient(x: Array, G: Array, dW: Array, windows: Windows) -> None:
    """Add dL/dW to dW, in place, for G = dL/dy of shape (N, F, Ho, Wo).

    y[n, f, p] contains W[f, k] cols[n, k, p], so dL/dW[f, k] = Σ_np G[n, f, p] cols[n, k, p].
    """
    N, F, Ho, Wo = G.shape
    # The order of a sum depends on the memory layout, so G must always have the same layout.
    G = np.ascontiguousarray(G).reshape(N, F, Ho * Wo)
    products = np.matmul(G, im2col(x, windows).transpose(0, 2, 1))
    dW += products.sum(axis=0).reshape(dW.shape)


def input_gradient(G: Array, W: Array, dx: Array, windows: Windows) -> None:
    """Write dL/dx into dx, in place.

    y[n, f, p] contains W[f, k] cols[n, k, p] for every f, so the gradient of cols[n, k, p] is
    Σ_f W[f, k] G[n, f, p]. A pixel is in many columns and gets the sum of theirs (`col2im`).
    """
    N, F, Ho, Wo = G.shape
    G = np.ascontiguousarray(G).reshape(N, F, Ho * Wo)
    dcols = np.matmul(W.reshape(F, -1).T, G)
    np.copyto(dx, col2im(dcols, dx.shape, windows))


def im2col(x: Array, windows: Windows) -> Array:
    """Return each window of each image as a column.

    cols[n, (c, i, j), (h, w)] = xp[n, c, h·sh + i·dh, w·sw + j·dw], xp is the padded x.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    windows : Windows
        Size, stride, padding and dilation.

    Returns
    -------
    ndarray of shape (N, C·kh·kw, Ho·Wo)
        The columns, in the dtype of x.

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
    for position, tap in enumerate(windows.taps(windows.pad(x, 0))):
        cols[:, :, position] = tap
    return cols.reshape(N, C * kh * kw, Ho * Wo)


def col2im(cols: Array, shape: Shape, windows: Windows) -> Array:
    """Add columns at the places of their windows: the transpose of the linear map `im2col`.

    Parameters
    ----------
    cols : ndarray of shape (N, C·kh·kw, Ho·Wo)
        The columns.
    shape : tuple of int
        Shape (N, C, H, W) of the images.
    windows : Windows
        Size, stride and padding.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        The images. Each pixel is the sum over all windows that contain it.

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
    for position, tap in enumerate(windows.taps(xp)):
        tap += cols[:, :, position]
    windows.unpad(xp, x)
    return x
