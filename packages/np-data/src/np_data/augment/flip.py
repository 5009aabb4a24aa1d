"""Mirror some of the images."""

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_choice
from np_data.augment._checks import check_images, check_share
from np_data.augment.registry import register_augmentation

Direction = Literal["horizontal", "vertical"]


@register_augmentation
def random_flip(
    images: ArrayLike,
    *,
    rng: np.random.Generator,
    p: float = 0.5,
    direction: Direction = "horizontal",
) -> NDArray[Any]:
    """Mirror each image with probability ``p``.

    Suitable for clothes, but not for digits: a mirrored digit is not a digit. Result and errors are
    those of all augmentations, see ``np_data.augment``.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
    rng : numpy.random.Generator
    p : float
        Probability, from 0 to 1.
    direction : {"horizontal", "vertical"}
        Exchange left and right, or top and bottom.

    Examples
    --------
    >>> random_flip(np.arange(3).reshape(1, 1, 1, 3), rng=np.random.default_rng(0), p=1)
    array([[[[2, 1, 0]]]])
    """
    batch = check_images(images, rng)
    check_share("p", p)
    check_choice("direction", direction, get_args(Direction))
    chosen = rng.random(len(batch)) < p
    flipped = batch.copy()
    flipped[chosen] = np.flip(batch[chosen], axis=3 if direction == "horizontal" else 2)
    return flipped
