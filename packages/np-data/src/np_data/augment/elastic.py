"""Bend each image as if it were drawn on rubber.

Each pixel is displaced by a random vector. The vectors are smoothed, so that neighbours move
together (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied
to visual document analysis", 2003).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data import _elementary
from np_data.augment._checks import check_images, check_value
from np_data.augment._resample import Positions, resample, working_type
from np_data.augment.registry import register_augmentation


@register_augmentation
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
    to one, and ``*`` is convolution. The defaults are those of the paper for MNIST. Result and
    errors are those of all augmentations, see ``np_data.augment``.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
    rng : numpy.random.Generator
    alpha : float
        Strength in pixels; the smoothed noise is far smaller than one.
    sigma : float
        Deviation of the Gaussian in pixels, above zero.
    fill : float
        Value outside of the image.

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
    h, w = batch.shape[2:]
    kind = working_type(batch.dtype)
    down, across = smoothing(h, sigma), smoothing(w, sigma)

    def positions(part: slice) -> Positions:
        moved = (alpha * smooth_noise(len(batch[part]), down, across, rng=rng)).astype(kind)
        rows = moved[:, 0] + np.arange(h, dtype=kind)[:, None]
        return rows, moved[:, 1] + np.arange(w, dtype=kind)

    return resample(batch, positions, fill=fill)


def smooth_noise(
    n: int, down: NDArray[np.float64], across: NDArray[np.float64], *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw noise for ``n`` images, one after the other, and smooth it: shape (n, 2, h, w).

    ``down`` and ``across`` come from ``smoothing(h, sigma)`` and ``smoothing(w, sigma)``. The noise
    is a multiple of 2**-23, and other factors are rounded to multiples of 2**-24. So each product
    and sum is exact in double precision, and the result has the same bits for any number of images
    at once, any BLAS and any processor.
    """
    noise = 2 * rng.random((n, 2, len(down), len(across)), dtype=np.float32) - 1
    smooth: NDArray[np.float64] = down @ _on_grid(noise @ across)
    return smooth


def smoothing(length: int, sigma: float) -> NDArray[np.float64]:
    """Return the matrix that convolves a row with a Gaussian that is cut at three deviations.

    ``G[i, k] = exp(-(i - k)² / 2σ²) / Z`` for ``|i - k| <= 3σ``, rounded to a multiple of 2**-24. Z
    makes the whole Gaussian sum to one. Values beyond the ends of the row count as zero.

    Examples
    --------
    >>> smoothing(3, 0.5).round(3)
    array([[0.787, 0.106, 0.   ],
           [0.106, 0.787, 0.106],
           [0.   , 0.106, 0.787]])
    """
    reach = math.ceil(3 * sigma)
    bell = [_elementary.exp(-0.5 * (k / sigma) ** 2) for k in range(max(reach + 1, length))]
    total = bell[0] + 2 * sum(bell[1 : reach + 1])
    weights = _on_grid(np.array([b / total if k <= reach else 0 for k, b in enumerate(bell)]))
    places = np.arange(length)
    matrix: NDArray[np.float64] = weights.take(np.abs(places[:, None] - places))
    return matrix


def _on_grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the nearest multiples of 2**-24."""
    rounded: NDArray[np.float64] = np.rint(values * 2**24) / 2**24
    return rounded
