"""Read images at positions between pixels, by bilinear interpolation.

All pixels outside of an image have one value. A position outside of the image gives that value,
and a position near the edge gives a mixture of both.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIXELS = 1 << 14  # computed at once, so that temporary arrays stay in the cache

Positions = tuple[NDArray[Any], NDArray[Any]]


def working_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type to compute in: float32, or float64 if float32 cannot hold the pixels."""
    return np.result_type(dtype, np.float32)


def resample(
    images: NDArray[Any], positions: Callable[[slice], Positions], *, fill: float
) -> NDArray[Any]:
    """Return the images read at other positions, a few images at a time.

    Parameters
    ----------
    images : ndarray of shape (N, C, H, W)
        Integers or floats. Results for integers are rounded to the nearest. Integers of 64 bits
        must be from -2**53 to 2**53.
    positions : callable
        Given a slice of the batch, returns ``rows`` and ``columns`` for ``bilinear``. Its result
        for an image must not depend on how the batch is sliced.
    fill : float
        Value outside of the images.

    Returns
    -------
    ndarray of shape (N, C, H, W), of the images' dtype
    """
    _check_exact(images, fill)
    out = np.empty_like(images, order="C")
    step = max(1, _PIXELS // images[:1].size) if len(images) else 1
    for start in range(0, len(images), step):
        part = slice(start, start + step)
        values = bilinear(images[part], *positions(part), fill=fill)
        out[part] = values if images.dtype.kind == "f" else np.rint(values)
    return out


def bilinear(
    images: NDArray[Any], rows: NDArray[Any], columns: NDArray[Any], *, fill: float
) -> NDArray[Any]:
    """Return images whose pixel (i, j) is the input at (rows[i, j], columns[i, j]).

    With ``y = floor(rows)``, ``v = rows - y``, ``x = floor(columns)``, ``u = columns - x``::

        out = (1-v)(1-u) in[y, x] + (1-v)u in[y, x+1] + v(1-u) in[y+1, x] + vu in[y+1, x+1]

    Parameters
    ----------
    images : ndarray of shape (N, C, H, W)
        Integers or floats.
    rows, columns : ndarray of shape (N, H', W')
        Positions in pixels; (0, 0) is the centre of the first pixel.
    fill : float
        Value outside of the images.

    Returns
    -------
    ndarray of shape (N, C, H', W')
        float64 if ``images`` are float64 or integers of more than 16 bits, else float32.

    Examples
    --------
    >>> image = np.array([[[[0.0, 8.0]]]])
    >>> bilinear(image, np.zeros((1, 1, 3)), np.array([[[0.25, 1.0, 1.5]]]), fill=0)
    array([[[[2., 8., 4.]]]])
    """
    n, c, h, w = images.shape
    kind = working_type(images.dtype)
    # One row and column of ``fill`` before and two after are enough: all beyond is the same.
    padded = np.full((n, c, h + 3, w + 3), fill, dtype=kind)
    padded[:, :, 1:-2, 1:-2] = images
    v = np.clip(rows, -1, h, dtype=kind)
    u = np.clip(columns, -1, w, dtype=kind)
    y, x = np.floor(v), np.floor(u)
    v, u = (v - y)[:, None], (u - x)[:, None]

    first = (np.arange(n * c) * ((h + 3) * (w + 3))).reshape(n, c, 1, 1)
    within = (y.astype(np.intp) + 1) * (w + 3) + (x.astype(np.intp) + 1)
    at = first + within[:, None]
    flat = padded.reshape(-1)
    upper: NDArray[Any] = flat.take(at)
    upper += u * (flat[1:].take(at) - upper)
    lower = flat[w + 3 :].take(at)
    lower += u * (flat[w + 4 :].take(at) - lower)
    upper += v * (lower - upper)
    return upper


def _check_exact(images: NDArray[Any], fill: float) -> None:
    """Raise ValueError if pixels are integers that double precision cannot hold."""
    if images.dtype.kind in "iu" and images.dtype.itemsize == 8 and images.size:
        value = max(int(images.min()), int(images.max()), int(fill), key=abs)
        if abs(value) > 2**53:
            raise ValueError(
                "integers to interpolate must be from -2**53 to 2**53, "
                f"got {value}; use float64 images"
            )
