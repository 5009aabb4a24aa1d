"""Join augmentations into one transform of a batch that passes the labels on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def compose(*steps: Callable[..., NDArray[Any]]) -> Callable[..., tuple[Any, ...]]:
    """Return a transform for ``Batches`` that applies ``steps`` to the first array of a batch.

    Steps are called from left to right as ``images = step(images, rng=rng)``. Set their options
    beforehand with ``functools.partial``. ``Scale().apply`` is a step as well. The transform is
    called as ``transform(images, *others, rng=rng)`` and returns ``(new_images, *others)``.
    TypeError if a step is not callable.

    Examples
    --------
    >>> from functools import partial
    >>> from np_data import Batches, Scale, random_flip, random_shift
    >>> images, labels = np.zeros((5, 1, 28, 28), dtype=np.uint8), np.arange(5)
    >>> transform = compose(Scale().apply, partial(random_shift, max_shift=3), random_flip)
    >>> for xb, yb in Batches(images, labels, batch_size=5, seed=0, transform=transform):
    ...     print(xb.shape, xb.dtype, yb.shape)
    (5, 1, 28, 28) float32 (5,)
    """
    for step in steps:
        if not callable(step):
            raise TypeError(f"a step must be callable, got {step!r}")
    return _Composition(steps)


@dataclass(frozen=True, repr=False)
class _Composition:
    """The transform that ``compose`` returns; a class, so that it can be pickled."""

    steps: tuple[Callable[..., NDArray[Any]], ...]

    def __call__(
        self, images: NDArray[Any], *others: Any, rng: np.random.Generator
    ) -> tuple[Any, ...]:
        for step in self.steps:
            images = step(images, rng=rng)
        return images, *others

    def __repr__(self) -> str:
        names = (getattr(step, "__qualname__", repr(step)) for step in self.steps)
        return f"compose({', '.join(names)})"
