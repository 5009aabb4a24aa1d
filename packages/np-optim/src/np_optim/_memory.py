"""Which arrays of a step lie in one place.

A step writes one parameter after another. A parameter that lies in another would be updated twice,
and a gradient that lies in a parameter would be read when it is no longer what it was.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def check_apart(params: Mapping[str, Array]) -> None:
    """Raise ValueError if two parameters share memory."""
    for (first, p), (second, q) in combinations(params.items(), 2):
        if np.may_share_memory(p, q) and np.shares_memory(p, q):
            raise ValueError(
                f"params must not share memory, got {first!r} and {second!r} in one place; "
                "keep one of them and give it the sum of their gradients"
            )


def apart_from(params: Mapping[str, Array], grads: Mapping[str, Array]) -> Mapping[str, Array]:
    """Return the gradients, with copies of those that may lie in a parameter's memory."""
    if {id(_owner(p)) for p in params.values()}.isdisjoint(id(_owner(g)) for g in grads.values()):
        return grads
    return {
        key: g.copy() if any(np.may_share_memory(g, p) for p in params.values()) else g
        for key, g in grads.items()
    }


def _owner(array: Any) -> Any:
    """Return what the memory of an array belongs to: an array or another object."""
    while True:
        if isinstance(array, memoryview):
            array = array.obj
        elif isinstance(array, np.ndarray) and array.base is not None:
            array = array.base
        else:
            return array
