"""Cover a random rectangle of some of the images, so that a network cannot rely on one part.

Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation", 2017.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data.augment._checks import check_images, check_range, check_share, check_value


def random_erase(
    images: ArrayLike,
    *,
    rng: np.random.Generator,
    p: float = 0.5,
    area: tuple[float, float] = (0.02, 0.33),
    aspect: tuple[float, float] = (0.3, 3.3),
    value: float = 0,
) -> NDArray[Any]:
    """Set the pixels in a random rectangle to ``value``, in each image with probability ``p``.

    A is uniform in ``area`` times H W. The logarithm of r is uniform between the logarithms of
    ``aspect``. The rectangle is ``√(A r)`` high and ``√(A / r)`` wide, rounded and cut to the size
    of the image, and lies anywhere inside of it.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
        Integers or floats.
    rng : numpy.random.Generator
        Draws the rectangles.
    p : float
        Probability that an image is covered.
    area : (float, float)
        Range of the rectangle's share of the image, above 0 and at most 1.
    aspect : (float, float)
        Range of height divided by width, above 0.
    value : float
        Value of covered pixels.

    Returns
    -------
    ndarray of shape (N, C, H, W), of the images' dtype

    Raises
    ------
    TypeError
        If images are not numbers or ``rng`` is not a generator.
    ValueError
        If images are not ``(N, C, H, W)``, a range is wrong, or a pixel cannot be ``value``.

    Examples
    --------
    >>> images = np.ones((1, 1, 4, 4), dtype=np.uint8)
    >>> rng = np.random.default_rng(1)
    >>> random_erase(images, rng=rng, p=1, area=(0.25, 0.25), aspect=(1, 1))[0, 0]
    array([[1, 1, 1, 1],
           [1, 1, 1, 1],
           [1, 1, 0, 0],
           [1, 1, 0, 0]], dtype=uint8)
    """
    batch = check_images(images, rng)
    check_value("value", value, batch.dtype)
    check_share("p", p)
    check_range("area", area, above=0)
    check_range("aspect", aspect, above=0)
    check_share("area", area[1])
    n, (h, w) = len(batch), batch.shape[2:]
    chosen = rng.random(n) < p
    areas = rng.uniform(*area, n) * (h * w)
    logs = rng.uniform(math.log(aspect[0]), math.log(aspect[1]), n)
    ratios = np.array([math.exp(log) for log in logs])
    height = np.clip(np.rint(np.sqrt(areas * ratios)), 1, h).astype(int)
    width = np.clip(np.rint(np.sqrt(areas / ratios)), 1, w).astype(int)
    top, left = rng.integers(h - height + 1), rng.integers(w - width + 1)
    in_rows = _between(np.arange(h), top, height)
    in_columns = _between(np.arange(w), left, width)
    covered = chosen[:, None, None] & in_rows[:, :, None] & in_columns[:, None, :]
    return np.where(covered[:, None], batch.dtype.type(value), batch)


def _between(places: NDArray[Any], start: NDArray[Any], length: NDArray[Any]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (places >= start[:, None]) & (places < (start + length)[:, None])
    return inside
