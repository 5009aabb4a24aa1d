"""Check arguments: each function returns its argument in a known type and shape, or raises.

Arrays are never changed. An error names the rule, the value, and the likely fix.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def check_numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return an array of booleans, integers or real floats."""
    array = np.asarray(values)
    if array.dtype.kind not in "buif":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array


def check_vector(values: ArrayLike, name: str, *, length: int | None = None) -> NDArray[np.float64]:
    """Return one-dimensional numbers as float64."""
    array = check_numbers(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} must have {length} values, got {len(array)}")
    return array.astype(np.float64)


def check_mapping(values: object, name: str) -> None:
    """Raise unless ``values`` maps names to arrays."""
    if not isinstance(values, Mapping):
        raise TypeError(f"{name} must be a mapping of name to values, got {type(values).__name__}")


def check_images(images: ArrayLike, name: str = "images") -> NDArray[Any]:
    """Return images as (N, C, H, W) with C = 1 or 3; channels may come last."""
    array = check_numbers(images, name)
    if array.ndim == 4 and array.shape[1] not in (1, 3) and array.shape[3] in (1, 3):
        array = np.moveaxis(array, -1, 1)
    one_image = array.ndim == 3 and array.shape[2] in (1, 3) and array.shape[1] > 3
    if array.ndim == 3 and not one_image:
        array = array[:, np.newaxis]
    if array.ndim != 4 or array.shape[1] not in (1, 3) or 0 in array.shape[2:]:
        raise ValueError(
            f"{name} must have shape (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, H, W, 3), "
            f"got {np.shape(images)}; one image needs a first axis, as in {name}[np.newaxis], and "
            f"flat rows need their shape, as in {name}.reshape(-1, 1, 28, 28)"
        )
    return array


def check_class_ids(labels: ArrayLike, name: str, *, length: int) -> NDArray[np.int64]:
    """Return integer class ids of shape (N,), each at least 0."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must have shape (N,), got {array.shape}; "
            "turn rows of probabilities into class ids with .argmax(axis=1)"
        )
    if array.size and array.dtype.kind not in "bui":
        raise TypeError(f"{name} must hold integer class ids, got dtype {array.dtype}")
    if len(array) != length:
        raise ValueError(f"{name} must have one entry for each of {length} rows, got {len(array)}")
    if array.size and array.min() < 0:
        raise ValueError(f"{name} must hold class ids from 0, got {array.min()}")
    return array.astype(np.int64)


def check_class_names(class_names: Sequence[str] | None, ids: Iterable[int]) -> dict[int, str]:
    """Return the name of each class id; without names, the ids as text."""
    if class_names is None:
        return {int(i): str(i) for i in ids}
    count = max((int(i) + 1 for i in ids), default=0)
    if len(class_names) < count:
        raise ValueError(f"class_names must name all {count} classes, got {len(class_names)} names")
    return {i: str(name) for i, name in enumerate(class_names)}


def check_shares(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return values that all lie in [0, 1]."""
    wrong = values[~((values >= 0) & (values <= 1))]
    if wrong.size:
        raise ValueError(f"{name} must lie in [0, 1], got {wrong[0]:g}")
    return values


def check_count(value: int, name: str, *, minimum: int = 1) -> int:
    """Return an integer of at least ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value!r}")
    return int(value)
