"""Checks of arguments that all augmentations share."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_rng


def check_images(images: ArrayLike, rng: np.random.Generator) -> NDArray[Any]:
    """Return a batch of images as an array after checking it and the generator.

    Raises
    ------
    TypeError
        If images are not real numbers or ``rng`` is not a generator.
    ValueError
        If images are not ``(N, C, H, W)`` or an image has no pixels.
    """
    batch = np.asarray(images)
    if batch.dtype.kind not in "iuf":
        raise TypeError(f"images must be integers or floats, got {batch.dtype}")
    if batch.ndim != 4 or 0 in batch.shape[1:]:
        raise ValueError(
            f"images must have the shape (N, C, H, W), got {batch.shape}; {_fix(batch)}"
        )
    _, c, h, w = batch.shape
    if c == h > 4 and w in (1, 3):
        raise ValueError(
            f"images must have the shape (N, C, H, W), got {batch.shape} with the channels last; "
            "move them with np.moveaxis(images, -1, 1)"
        )
    check_rng(rng)
    return batch


def _fix(batch: NDArray[Any]) -> str:
    if batch.ndim == 3:
        return "add the axis of channels with images[:, None]"
    if batch.ndim == 2:
        return "reshape flat rows, such as with images.reshape(-1, 1, 28, 28)"
    return "rows are images, then come channels, height and width"


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is a probability."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {value!r}")


def check_value(name: str, value: float, dtype: np.dtype[Any]) -> None:
    """Raise ValueError unless a pixel of this type can have the value."""
    if dtype.kind == "f":
        return
    if not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max or value != int(value):
        raise ValueError(f"{name} must be a value of {dtype}, got {value!r}")


def check_range(name: str, limits: tuple[float, float], *, above: float) -> None:
    """Raise ValueError unless ``limits`` are an ascending pair of finite numbers above a bound."""
    low, high = limits
    if not above < low <= high < np.inf:
        raise ValueError(f"{name} must be (low, high) with {above} < low <= high, got {limits!r}")
