"""Checks of arguments that all augmentations share."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_rng


def check_images(images: ArrayLike, rng: np.random.Generator) -> NDArray[Any]:
    """Return a batch of images as an array after checking it and the generator."""
    batch = np.asarray(images)
    if batch.dtype.kind not in "iuf":
        raise TypeError(f"images must be integers or floats, got {batch.dtype}")
    shape = batch.shape
    fix = ""
    if batch.ndim == 4 and shape[1] == shape[2] > 4 and shape[3] in (1, 3):
        fix = " with the channels last; move them with np.moveaxis(images, -1, 1)"
    elif batch.ndim == 3:
        fix = "; add the axis of channels with images[:, None]"
    elif batch.ndim == 2:
        fix = "; reshape flat rows, such as with images.reshape(-1, 1, 28, 28)"
    if fix or batch.ndim != 4 or 0 in shape[1:]:
        raise ValueError(f"images must have the shape (N, C, H, W), got {shape}{fix}")
    check_rng(rng)
    return batch


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
