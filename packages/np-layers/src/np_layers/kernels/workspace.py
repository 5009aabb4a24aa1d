"""Named arrays whose memory is reused by the next training step.

A new array of a few hundred kilobytes causes page faults, which take about as long as the
arithmetic on it. So a layer inside a model writes its training activations and gradients into the
same memory in every step. The model copies what it returns to its caller, so users never see the
reuse.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape


class Workspace:
    """Uninitialised arrays by name. The same name gives the same memory.

    A smaller array uses the front of the memory, so a short last batch allocates nothing.

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
        """Return an uninitialised C-contiguous array, valid until the next call with this name.

        Parameters
        ----------
        name : str
            Name of the memory.
        shape : tuple of int
            Shape of the array.
        dtype : dtype
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
