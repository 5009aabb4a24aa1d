"""Moving each image by a whole number of pixels."""

import operator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from np_data.augment.image_batch import check_batch, check_value


def random_shift(
    images: NDArray[Any], *, rng: np.random.Generator, max_shift: int = 2, fill: float = 0
) -> NDArray[Any]:
    """Move each image by up to `max_shift` pixels, up or down and left or right.

    Both distances are uniform over the integers from `-max_shift` to `max_shift`. Pixels keep
    their exact values; those moved in from outside are `fill`.

    Parameters
    ----------
    images : ndarray, shape (N, C, H, W)
        Integers or floats; not modified.
    rng : numpy.random.Generator
        Draws the distances.
    max_shift : int
        Greatest distance in pixels.
    fill : float
        Value of pixels moved in.

    Returns
    -------
    ndarray, shape (N, C, H, W), of the images' dtype

    Raises
    ------
    ValueError
        If the shape is another, or `max_shift` negative.

    Examples
    --------
    >>> image = np.arange(1, 10).reshape(1, 1, 3, 3)
    >>> random_shift(image, rng=np.random.default_rng(3), max_shift=1)[0, 0]
    array([[0, 4, 5],
           [0, 7, 8],
           [0, 0, 0]])
    """
    n, _, h, w = check_batch(images, rng)
    check_value("fill", fill, images.dtype)
    m = operator.index(max_shift)
    if m < 0:
        raise ValueError(f"max_shift must be at least 0, got {max_shift!r}")
    padded = np.pad(images, ((0, 0), (0, 0), (m, m), (m, m)), constant_values=fill)
    windows = sliding_window_view(padded, (h, w), axis=(2, 3))  # a view: (N, C, 2m+1, 2m+1, H, W)
    down, right = rng.integers(2 * m + 1, size=(2, n))
    return windows[np.arange(n), :, down, right]
