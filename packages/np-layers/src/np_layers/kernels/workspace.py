"""Named arrays that are used again by the next training step.

A fresh array of a few hundred kilobytes costs page faults that rival the arithmetic on it. A layer
inside a model therefore writes its training activations and gradients into the same memory at each
step. The model copies what it hands to its caller, so the reuse is never visible from outside.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape


class Workspace:
    """Uninitialised arrays by name; asking again for a name gives the same memory.

    A short last batch takes the front of the memory that a full batch needed, so alternating
    batch sizes allocate nothing either.

    Examples
    --------
    >>> workspace = Workspace()
    >>> full = workspace.empty("output", (4, 3), np.float32)
    >>> short = workspace.empty("output", (2, 3), np.float32)
    >>> np.shares_memory(full, short)
    True
    """

    def __init__(self) -> None:
        self._memory: dict[str, Array] = {}
        self._latest: dict[str, Array] = {}

    def empty(self, name: str, shape: Shape, dtype: DTypeLike) -> Array:
        """Return an uninitialised C-contiguous array that is valid until the name is asked again.

        Parameters
        ----------
        name
            Which memory.
        shape
            Shape of the returned array.
        dtype
            Its element type.
        """
        latest = self._latest.get(name)
        if latest is not None and latest.shape == shape and latest.dtype == dtype:
            return latest
        size = math.prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.size < size or memory.dtype != dtype:
            memory = self._memory[name] = np.empty(size, dtype)
        latest = self._latest[name] = memory[:size].reshape(shape)
        return latest
