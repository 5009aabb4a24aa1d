"""Covering a rectangle of some of the images, so that a network cannot rely on any one part.

Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation", 2017.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.augment.image_batch import check_batch, check_range, check_share, check_value


def random_erase(
    images: NDArray[Any],
    *,
    rng: np.random.Generator,
    p: float = 0.5,
    area: tuple[float, float] = (0.02, 0.33),
    aspect: tuple[float, float] = (0.3, 3.3),
    value: float = 0,
) -> NDArray[Any]:
    """Set the pixels in a random rectangle to `value`, in each image with probability `p`.

    With A uniform in `area` times H W, and log r uniform between the logarithms of `aspect`, the
    rectangle is `√(A r)` high and `√(A / r)` wide, rounded and cut to the size of the image, and
    lies anywhere inside of it.

    Parameters
    ----------
    images : ndarray, shape (N, C, H, W)
        Integers or floats; not modified.
    rng : numpy.random.Generator
        Draws the rectangles.
    p : float
        Probability that an image is covered.
    area : (float, float)
        Range of the rectangle's share of the image, above 0 and at most 1.
    aspect : (float, float)
        Range of height over width, above 0.
    value : float
        What covered pixels become.

    Returns
    -------
    ndarray, shape (N, C, H, W), of the images' dtype

    Raises
    ------
    ValueError
        If the shape is another or a range is wrong.

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
    n, _, h, w = check_batch(images, rng)
    check_value("value", value, images.dtype)
    check_share("p", p)
    check_range("area", area, above=0)
    check_range("aspect", aspect, above=0)
    check_share("area", area[1])
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
    return np.where(covered[:, None], images.dtype.type(value), images)


def _between(places: NDArray[Any], start: NDArray[Any], length: NDArray[Any]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (places >= start[:, None]) & (places < (start + length)[:, None])
    return inside
