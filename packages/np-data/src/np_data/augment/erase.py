"""Cover a random rectangle of some of the images, so that a network cannot rely on one part.

Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation", 2017.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data import _elementary
from np_data.augment._checks import check_images, check_range, check_share, check_value
from np_data.augment.registry import register_augmentation


@register_augmentation
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

    The area A is H W times a number that is uniform in ``area``. The logarithm of r, height divided
    by width, is uniform between the logarithms of ``aspect``. The rectangle is ``√(A r)`` high and
    ``√(A / r)`` wide, rounded and cut to the size of the image, and lies anywhere inside of it.
    Result and errors are those of all augmentations, see ``np_data.augment``.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
    rng : numpy.random.Generator
    p : float
        Probability that an image is covered.
    area : (float, float)
        Range of the rectangle's share of the image, above 0 and at most 1.
    aspect : (float, float)
        Range of height divided by width, above 0.
    value : float
        Value of covered pixels.

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
    logs = rng.uniform(_elementary.log(aspect[0]), _elementary.log(aspect[1]), n)
    ratios = np.array([_elementary.exp(log) for log in logs])
    height = np.clip(np.rint(np.sqrt(areas * ratios)), 1, h).astype(int)
    width = np.clip(np.rint(np.sqrt(areas / ratios)), 1, w).astype(int)
    top, left = rng.integers(h - height + 1), rng.integers(w - width + 1)
    rows, columns = np.arange(h) - top[:, None], np.arange(w) - left[:, None]
    in_rows = (rows >= 0) & (rows < height[:, None])
    in_columns = (columns >= 0) & (columns < width[:, None])
    covered = chosen[:, None, None] & in_rows[:, :, None] & in_columns[:, None, :]
    return np.where(covered[:, None], batch.dtype.type(value), batch)
