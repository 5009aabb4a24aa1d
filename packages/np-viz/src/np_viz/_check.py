"""The one gate through which arguments come in: each check returns the array in a known shape.

No check copies or changes an array; what cannot be drawn is refused with the rule, the value got
and the likely fix.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST = 1e300  # sums of a few and the ends of axes, which lie beyond the data, are finite as well


def numeric(values: ArrayLike, name: str) -> NDArray[Any]:
    """Array of booleans, integers or real floats; those that are finite are at most 1e300."""
    array = np.asarray(values)
    if array.dtype.kind not in "buif":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.dtype.kind == "f" and array.itemsize >= 8:  # smaller types hold none so large
        beyond = array[((array > LARGEST) | (array < -LARGEST)) & np.isfinite(array)]
        if beyond.size:
            raise ValueError(f"{name} must hold numbers up to ±{LARGEST:g}, got {beyond[0]:g}")
    return array


def vector(values: ArrayLike, name: str, *, length: int | None = None) -> NDArray[np.float64]:
    """One-dimensional numbers as float64."""
    array = numeric(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} must have {length} values, got {len(array)}")
    return array.astype(np.float64)


def pictures(images: ArrayLike, name: str = "images") -> NDArray[Any]:
    """Images as (N, C, H, W) with C = 1 or 3."""
    array = numeric(images, name)
    if array.ndim == 3:
        array = array[:, np.newaxis]
    if array.ndim != 4 or array.shape[1] not in (1, 3):
        raise ValueError(
            f"{name} must have shape (N, H, W), (N, 1, H, W) or (N, 3, H, W), got "
            f"{np.shape(images)}: reshape flat rows, as in images.reshape(-1, 1, 28, 28)"
        )
    if 0 in array.shape[2:]:
        raise ValueError(f"{name} must be at least 1 x 1 pixel, got shape {array.shape}")
    return array


def class_ids(labels: ArrayLike, name: str, *, length: int) -> NDArray[np.int64]:
    """Integer class ids (N,), none below zero."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must have shape (N,), got {array.shape}: "
            "turn rows of probabilities into class ids with .argmax(axis=1)"
        )
    if array.size and array.dtype.kind not in "bui":
        raise TypeError(f"{name} must hold integer class ids, got dtype {array.dtype}")
    if len(array) != length:
        raise ValueError(f"{name} must have one entry for each of {length} rows, got {len(array)}")
    if array.size and not 0 <= int(array.min()) <= int(array.max()) < 2**63:
        wrong = array.min() if array.min() < 0 else array.max()
        raise ValueError(f"{name} must hold class ids from 0 to 2**63 - 1, got {wrong}")
    return array.astype(np.int64)


def names_of_classes(class_names: Sequence[str] | None, ids: Iterable[int]) -> dict[int, str]:
    """Return the names by class id; the ``ids`` themselves where none are given."""
    if class_names is None:
        return {int(i): str(i) for i in ids}
    several_names(class_names, "class_names")
    count = max((int(i) + 1 for i in ids), default=0)
    if len(class_names) < count:
        raise ValueError(f"class_names must name all {count} classes, got {len(class_names)} names")
    return {i: str(name) for i, name in enumerate(class_names)}


def several_names(names: Sequence[str], name: str) -> None:
    """Refuse a lone string, which is a sequence of letters."""
    if isinstance(names, str):
        raise TypeError(f"{name} must be a sequence of names, got the string {names!r}")


def value_range_of(value_range: tuple[float, float]) -> tuple[float, float]:
    """Return the values shown as black and white."""
    ends = numeric(value_range, "value_range")
    if ends.shape != (2,) or not np.isfinite(ends).all() or ends[0] > ends[1]:
        raise ValueError(
            f"value_range must be (low, high), finite and low <= high, got {value_range!r}"
        )
    return float(ends[0]), float(ends[1])


def count_of(value: int, name: str, *, least: int = 1) -> int:
    """Integer of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return int(value)
