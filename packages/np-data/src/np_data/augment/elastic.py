"""Bend each image as if it were drawn on rubber.

Each pixel is displaced by a random vector. The vectors are smoothed, so that neighbours move
together (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied
to visual document analysis", 2003).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data.augment._checks import check_images, check_value
from np_data.augment._resample import Positions, resample, working_type


def elastic(
    images: ArrayLike,
    *,
    rng: np.random.Generator,
    alpha: float = 34.0,
    sigma: float = 4.0,
    fill: float = 0,
) -> NDArray[Any]:
    """Displace each pixel by ``alpha`` times noise that is smoothed over ``sigma`` pixels.

    The displacement is one field for each image, the same for all of its channels::

        out[i, j] = in[i + alpha (g * r)[i, j], j + alpha (g * c)[i, j]]

    r and c are uniform on (-1, 1) for each pixel, g is a Gaussian of deviation ``sigma`` that sums
    to one, and ``*`` is convolution. The defaults are those of the paper for MNIST.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
        Integers or floats.
    rng : numpy.random.Generator
        Draws the noise.
    alpha : float
        Strength in pixels; the smoothed noise is far smaller than one.
    sigma : float
        Deviation of the Gaussian in pixels, above zero.
    fill : float
        Value outside of the image.

    Returns
    -------
    ndarray of shape (N, C, H, W), of the images' dtype

    Raises
    ------
    TypeError
        If images are not numbers or ``rng`` is not a generator.
    ValueError
        If images are not ``(N, C, H, W)``, ``alpha`` is not finite, ``sigma`` is not above zero, a
        pixel cannot be ``fill``, or integers are beyond 2**53.

    Examples
    --------
    >>> images = np.eye(5, dtype=np.float32).reshape(1, 1, 5, 5)
    >>> bent = elastic(images, rng=np.random.default_rng(0))
    >>> bent.shape, bool((bent == images).all())
    ((1, 1, 5, 5), False)
    >>> bool((elastic(images, rng=np.random.default_rng(0), alpha=0) == images).all())
    True
    """
    batch = check_images(images, rng)
    check_value("fill", fill, batch.dtype)
    if not math.isfinite(alpha):
        raise ValueError(f"alpha must be finite, got {alpha!r}")
    if not 0 < sigma < math.inf:
        raise ValueError(f"sigma must be above 0, got {sigma!r}")
    _, _, h, w = batch.shape
    kind = working_type(batch.dtype)
    down, across = smoothing(h, sigma), smoothing(w, sigma)

    def positions(part: slice) -> Positions:
        m = len(batch[part])
        noise = 2 * rng.random((h, w * 2 * m), dtype=np.float32) - 1
        # einsum instead of a matrix product: the same bits on every processor, for any threads.
        field = np.einsum("ik,kj->ij", down, noise).reshape(h, w, 2 * m)
        field = np.ascontiguousarray(field.swapaxes(0, 1)).reshape(w, h * 2 * m)
        field = np.einsum("ik,kj->ij", across, field).reshape(w, h, 2, m)
        moved = np.multiply(field.transpose(2, 3, 1, 0), alpha, dtype=kind, order="C")
        rows = moved[0] + np.arange(h, dtype=kind)[:, None]
        return rows, moved[1] + np.arange(w, dtype=kind)

    return resample(batch, positions, fill=fill)


def smoothing(length: int, sigma: float) -> NDArray[np.float32]:
    """Return the matrix that convolves a column with a Gaussian that is cut at three deviations.

    ``G[i, k] = exp(-(i - k)² / 2σ²) / Z`` for ``|i - k| <= 3σ``. Z makes the whole Gaussian sum to
    one. Values beyond the ends of the column count as zero.

    Examples
    --------
    >>> smoothing(3, 0.5).round(3)
    array([[0.787, 0.106, 0.   ],
           [0.106, 0.787, 0.106],
           [0.   , 0.106, 0.787]], dtype=float32)
    """
    reach = math.ceil(3 * sigma)
    bell = [math.exp(-0.5 * (k / sigma) ** 2) for k in range(max(reach + 1, length))]
    total = bell[0] + 2 * sum(bell[1 : reach + 1])
    weights = np.array([b / total if k <= reach else 0 for k, b in enumerate(bell)], np.float32)
    places = np.arange(length)
    matrix: NDArray[np.float32] = weights.take(np.abs(places[:, None] - places))
    return matrix
