"""Mirroring some of the images."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from np_data.augment.image_batch import check_batch, check_share


def random_flip(
    images: NDArray[Any],
    *,
    rng: np.random.Generator,
    p: float = 0.5,
    direction: Literal["horizontal", "vertical"] = "horizontal",
) -> NDArray[Any]:
    """Mirror each image with probability `p`.

    Suitable for clothes, and not for digits, which mirrored are none.

    Parameters
    ----------
    images : ndarray, shape (N, C, H, W)
        Integers or floats; not modified.
    rng : numpy.random.Generator
        Decides which images are mirrored.
    p : float
        Probability.
    direction : {"horizontal", "vertical"}
        Whether left and right change places, or top and bottom.

    Returns
    -------
    ndarray, shape (N, C, H, W), of the images' dtype

    Raises
    ------
    ValueError
        If the shape is another, `p` no probability or `direction` unknown.

    Examples
    --------
    >>> random_flip(np.arange(3).reshape(1, 1, 1, 3), rng=np.random.default_rng(0), p=1)
    array([[[[2, 1, 0]]]])
    """
    n, _, _, _ = check_batch(images, rng)
    check_share("p", p)
    if direction not in ("horizontal", "vertical"):
        raise ValueError(f"direction must be 'horizontal' or 'vertical', got {direction!r}")
    chosen = rng.random(n) < p
    flipped = images.copy()
    flipped[chosen] = np.flip(images[chosen], axis=3 if direction == "horizontal" else 2)
    return flipped
