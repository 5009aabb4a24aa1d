"""Find arrays of a step that share memory.

A step writes one parameter after another. A parameter that shares memory with another would be
updated twice. A gradient that shares memory with a parameter would change during the step.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from np_optim._checks import Array


def separate(params: Mapping[str, Array], grads: Mapping[str, Array]) -> Mapping[str, Array]:
    """Return the gradients, copied where they share memory with parameters.

    Raises ValueError if two parameters share memory.
    """
    owners = {id(_owner(p)) for p in params.values()}
    if len(owners) == len(params) and owners.isdisjoint(id(_owner(g)) for g in grads.values()):
        return grads
    for (first, p), (second, q) in combinations(params.items(), 2):
        if np.shares_memory(p, q):
            raise ValueError(
                f"params must not share memory, got {first!r} and {second!r} in one place; "
                "keep one of them and give it the sum of their gradients"
            )
    return {
        key: g.copy() if any(np.may_share_memory(g, p) for p in params.values()) else g
        for key, g in grads.items()
    }


def _owner(array: Any) -> Any:
    """Return the object that owns the memory of an array."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array.obj if isinstance(array, memoryview) else array
