"""Parameters that are updated together.

An operation on ten numbers costs as much as one on a thousand, and most networks have as many short
biases as long weights. So short arrays are gathered into one row, updated there and written
back; their state lies in such a row for good, and what each of them remembers is a view of it. Long
arrays are groups of their own, updated where they are. The bits do not depend on the grouping.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_optim._blocks import BLOCK, blocks
from np_optim._state import State

Array = NDArray[Any]

SHORT = 4096
"""Elements up to which gathering an array is cheaper than a round of operations of its own."""


class Group:
    """One long array or several short ones, of one dtype and one number of steps so far."""

    def __init__(self, params: Mapping[str, Array], states: Mapping[str, State]) -> None:
        self.keys = list(params)
        self.states = [states[key] for key in self.keys]
        self.dtype = params[self.keys[0]].dtype
        self.slots = list(self.states[0].slots.values())
        if len(self.keys) == 1:
            return
        ends = list(accumulate((p.size for p in params.values()), initial=0))
        self.cuts = [slice(start, end) for start, end in pairwise(ends)]
        self.p, self.g = np.empty((2, ends[-1]), self.dtype)
        self.slots = []
        for slot in self.states[0].slots:
            row = np.concatenate([state.slots[slot].reshape(-1) for state in self.states])
            for state, cut, p in zip(self.states, self.cuts, params.values(), strict=True):
                state.slots[slot] = row[cut].reshape(p.shape)
            self.slots.append(row)

    def blocks(
        self, params: Mapping[str, Array], grads: Mapping[str, Array]
    ) -> Iterator[list[Array]]:
        """Yield blocks of p, of every slot, and of g; all but g may be changed."""
        if len(self.keys) == 1:
            arrays = [params[self.keys[0]], *self.slots, grads[self.keys[0]]]
            yield from blocks(arrays, written=len(arrays) - 1)
            return
        np.concatenate([params[key].reshape(-1) for key in self.keys], out=self.p)
        np.concatenate([grads[key].reshape(-1) for key in self.keys], out=self.g)
        yield [self.p, *self.slots, self.g]
        for key, cut in zip(self.keys, self.cuts, strict=True):
            params[key][...] = self.p[cut].reshape(params[key].shape)


def group(params: Mapping[str, Array], states: Mapping[str, State]) -> list[Group]:
    """Return groups that together hold every parameter once."""
    groups = []
    short: dict[tuple[np.dtype[Any], int], dict[str, Array]] = {}
    for key, p in params.items():
        if p.size > SHORT:
            groups.append(Group({key: p}, states))
            continue
        gathered = short.setdefault((p.dtype, states[key].steps), {})
        if sum(array.size for array in gathered.values()) + p.size > BLOCK:
            groups.append(Group(gathered, states))
            gathered.clear()
        gathered[key] = p
    return groups + [Group(gathered, states) for gathered in short.values()]
