"""Shift each image by a random whole number of pixels."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_integer
from np_data.augment._checks import check_images, check_value
from np_data.augment.registry import register_augmentation


@register_augmentation
def random_shift(
    images: ArrayLike, *, rng: np.random.Generator, max_shift: int = 2, fill: float = 0
) -> NDArray[Any]:
    """Shift each image by up to ``max_shift`` pixels, up or down and left or right.

    Both distances are uniform over the integers from ``-max_shift`` to ``max_shift``. Pixels keep
    their exact values. Pixels that come from outside of the image are ``fill``. Result and errors
    are those of all augmentations, see ``np_data.augment``.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
    rng : numpy.random.Generator
    max_shift : int
        Greatest distance in pixels.
    fill : float
        Value of pixels from outside.

    Examples
    --------
    >>> image = np.arange(1, 10).reshape(1, 1, 3, 3)
    >>> random_shift(image, rng=np.random.default_rng(3), max_shift=1)[0, 0]
    array([[0, 4, 5],
           [0, 7, 8],
           [0, 0, 0]])
    """
    batch = check_images(images, rng)
    check_value("fill", fill, batch.dtype)
    m = check_integer("max_shift", max_shift, 0)
    n, _, h, w = batch.shape
    padded = np.pad(batch, ((0, 0), (0, 0), (m, m), (m, m)), constant_values=fill)
    windows = sliding_window_view(padded, (h, w), axis=(2, 3))  # a view: (N, C, 2m+1, 2m+1, H, W)
    down, right = rng.integers(2 * m + 1, size=(2, n))
    return windows[np.arange(n), :, down, right]
