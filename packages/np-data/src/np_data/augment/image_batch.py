"""What every augmentation asks of its arguments."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_batch(images: NDArray[Any], rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Return the shape of a batch of images after checking that it is one.

    Raises
    ------
    TypeError
        If `images` is no array of real numbers or `rng` no generator.
    ValueError
        If the shape is not `(N, C, H, W)` or an image has no pixels.
    """
    if not isinstance(images, np.ndarray) or images.dtype.kind not in "iuf":
        kind = images.dtype if isinstance(images, np.ndarray) else type(images).__name__
        raise TypeError(f"images must be an array of integers or floats, got {kind}")
    if images.ndim != 4 or 0 in images.shape[1:]:
        raise ValueError(
            f"images must have the shape (N, C, H, W), got {images.shape}; "
            "reshape flat rows, such as with x.reshape(-1, 1, 28, 28)"
        )
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}; use default_rng(seed)")
    n, c, h, w = images.shape
    return n, c, h, w


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a probability."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {value!r}")


def check_value(name: str, value: float, dtype: np.dtype[Any]) -> None:
    """Raise ValueError unless a pixel of this type can have the value."""
    if dtype.kind == "f":
        return
    if not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max or value != int(value):
        raise ValueError(f"{name} must be a value of {dtype}, got {value!r}")


def check_range(name: str, limits: tuple[float, float], *, above: float) -> None:
    """Raise ValueError unless `limits` are an ascending pair of finite numbers above a bound."""
    low, high = limits
    if not above < low <= high < np.inf:
        raise ValueError(f"{name} must be (low, high) with {above} < low <= high, got {limits!r}")


def check_exact(images: NDArray[Any], fill: float) -> None:
    """Raise ValueError if pixels are integers that double precision does not hold."""
    if images.dtype.kind in "iu" and images.dtype.itemsize == 8 and images.size:
        value = max(int(images.min()), int(images.max()), int(fill), key=abs)
        if abs(value) > 2**53:
            raise ValueError(
                "integers to interpolate must be from -2**53 to 2**53, "
                f"got {value}; use float64 images"
            )


def working_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type to compute in: float32, or float64 for images that float32 does not hold."""
    return np.result_type(dtype, np.float32)
