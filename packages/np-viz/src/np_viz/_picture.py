"""From an array of pixels to what Matplotlib draws, and which values are black and white."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def value_limits(array: NDArray[Any]) -> tuple[float, float]:
    """Values shown as black and white: a byte's 0 and 255, a fraction's 0 and 1, else the range."""
    if array.dtype == np.uint8:
        return 0.0, 255.0
    finite = array[np.isfinite(array)]
    if finite.size == 0 or (finite.min() >= 0 and finite.max() <= 1):
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


def displayable(image: NDArray[Any], limits: tuple[float, float]) -> NDArray[Any]:
    """Turn a channel-first image (1, H, W) or (3, H, W) into what Matplotlib draws."""
    if len(image) == 1:
        return np.asarray(image[0])
    colours = np.moveaxis(image, 0, -1)
    if image.dtype == np.uint8:
        return colours
    low, high = limits
    scaled = (colours.astype(np.float64) - low) / ((high - low) or 1.0)
    return np.clip(np.nan_to_num(scaled, nan=0.5), 0.0, 1.0)
