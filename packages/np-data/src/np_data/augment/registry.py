"""Augmentations by name."""

from collections.abc import Callable
from typing import Any, TypeVar

from numpy.typing import NDArray

from np_data._names import Registry

AUGMENTATIONS: Registry[Callable[..., NDArray[Any]]] = Registry("augmentation")

F = TypeVar("F", bound=Callable[..., Any])


def register_augmentation(augmentation: F) -> F:
    """Make an augmentation known under its name, in the dictionary ``AUGMENTATIONS``.

    Parameters
    ----------
    augmentation : function
        Called as ``augmentation(images, rng=rng)``, with options of its own as further keywords; it
        returns new images of the same shape. Usable as a decorator.

    Returns
    -------
    function
        The same function.

    Raises
    ------
    ValueError
        If another function has the name already.

    Examples
    --------
    >>> import numpy as np
    >>> @register_augmentation
    ... def random_negative(images, *, rng):
    ...     chosen = rng.random(len(images)) < 0.5
    ...     return np.where(chosen[:, None, None, None], 255 - images, images)
    >>> "random_negative" in AUGMENTATIONS
    True
    >>> del AUGMENTATIONS["random_negative"]
    """
    return AUGMENTATIONS.register(augmentation)
