"""Transforms by name, and transforms as plain values."""

from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._names import Registry


class Transform(Protocol):
    """A change of inputs that is fitted to the training rows and then applied to all rows.

    Examples
    --------
    >>> from np_data import Standardize
    >>> transform: Transform = Standardize().fit([0.0, 2.0])
    >>> transform.apply([4.0])
    array([3.], dtype=float32)
    """

    def fit(self, x: ArrayLike) -> Self:
        """Compute what ``apply`` needs from training rows, shape ``(N, ...)``; return itself."""
        ...

    def apply(self, x: ArrayLike, *, rng: np.random.Generator | None = None) -> NDArray[Any]:
        """Return the transformed rows as a new array; ``compose`` passes ``rng``."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as plain values; ``"kind"`` is the class name in small letters."""
        ...

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Build the transform that ``to_dict`` described."""
        ...


TRANSFORMS: Registry[type[Transform]] = Registry("transform")

C = TypeVar("C", bound=type[Any])


def register_transform(cls: C) -> C:
    """Make a class of transforms known under its name, in the dictionary ``TRANSFORMS``.

    Parameters
    ----------
    cls : type
        A class with the methods of ``Transform``; usable as a decorator.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    ValueError
        If another class has the name already.

    Examples
    --------
    >>> @register_transform
    ... class Negative:
    ...     def fit(self, x):
    ...         return self
    ...     def apply(self, x, *, rng=None):
    ...         return 255 - np.asarray(x)
    ...     def to_dict(self):
    ...         return {"kind": "negative"}
    ...     @classmethod
    ...     def from_dict(cls, state):
    ...         return cls()
    >>> transform_from_dict({"kind": "negative"}).apply([0, 255])
    array([255,   0])
    >>> del TRANSFORMS["Negative"]
    """
    return TRANSFORMS.register(cls)


def transform_from_dict(state: dict[str, Any]) -> Transform:
    """Build the transform that ``to_dict`` described; ``state["kind"]`` says which class it is.

    KeyError if the kind is missing or unknown, or another key is missing or unknown.

    Examples
    --------
    >>> from np_data import Scale
    >>> transform_from_dict(Scale(15).to_dict())
    Scale(15.0, dtype='float32')
    """
    kinds = Registry("transform", {name.lower(): cls for name, cls in TRANSFORMS.items()})
    return kinds[state.get("kind", "")].from_dict(state)
