"""Parameters that are updated together.

An operation on ten numbers costs as much as one on a thousand, and most networks have as many short
biases as long weights. So short arrays are gathered into one row, updated there and written back.
Long arrays are groups of their own, updated where they are. In both cases the state of a group lies
in rows of its own, and what a parameter remembers is a view of them. The bits do not depend on the
grouping.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_optim._blocks import BLOCK, blocks, cache_lines
from np_optim._state import State

Array = NDArray[Any]
Block = tuple[Array, Array, list[Array], list[Array]]

SHORT = 4096
"""Elements up to which gathering an array is cheaper than a round of operations of its own."""

SCRATCH = 3
"""Blocks of scratch that an update may use, of which coupled weight decay takes one."""


class Group:
    """One long array or several short ones, of one dtype and one number of steps so far."""

    def __init__(
        self, params: Mapping[str, Array], states: Mapping[str, State], scratch: list[Array]
    ) -> None:
        self.keys = list(params)
        self.states = [states[key] for key in self.keys]
        self.dtype = params[self.keys[0]].dtype
        ends = list(accumulate((p.size for p in params.values()), initial=0))
        self._cuts = [slice(start, end) for start, end in pairwise(ends)]
        self._scratch = scratch
        self._slots = cache_lines(len(self.states[0].slots), ends[-1], self.dtype)
        for slot, row in zip(self.states[0].slots, self._slots, strict=True):
            for state, cut, p in zip(self.states, self._cuts, params.values(), strict=True):
                row[cut] = state.slots[slot].reshape(-1)
                state.slots[slot] = row[cut].reshape(p.shape)
        if len(self.keys) > 1:
            self._gathered = cache_lines(2, ends[-1], self.dtype)
        self._cut_up: Array | None = None
        self._blocks: list[tuple[slice, Array, list[Array], list[Array]]] = []

    def blocks(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> Iterator[Block]:
        """Yield blocks of p, of g, of every slot and of scratch; all but g may be changed."""
        if len(self.keys) > 1:
            yield from self._of_row(params, grads)
            return
        p, g = params[self.keys[0]], grads[self.keys[0]]
        if p.flags.c_contiguous and g.flags.c_contiguous:
            yield from self._of_array(p, g.reshape(-1))
            return
        slots = list(self.states[0].slots.values())
        for p_block, *slot_blocks, g_block in blocks([p, *slots, g], written=1 + len(slots)):
            yield p_block, g_block, slot_blocks, _fronts(self._scratch, p_block.size)

    def _of_row(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> Iterator[Block]:
        p, g = self._gathered
        np.concatenate([params[key].reshape(-1) for key in self.keys], out=p)
        np.concatenate([grads[key].reshape(-1) for key in self.keys], out=g)
        yield p, g, self._slots, _fronts(self._scratch, p.size)
        for key, cut in zip(self.keys, self._cuts, strict=True):
            params[key][...] = p[cut].reshape(params[key].shape)

    def _of_array(self, p: Array, g: Array) -> Iterator[Block]:
        """Cut p up unless it is the array of the last step; gradients may be new at each."""
        if p is not self._cut_up:
            cuts = [slice(i, min(i + BLOCK, p.size)) for i in range(0, p.size, BLOCK)]
            flat = p.reshape(-1)
            self._blocks = [
                (cut, flat[cut], [row[cut] for row in self._slots],
                 _fronts(self._scratch, cut.stop - cut.start))
                for cut in cuts
            ]  # fmt: skip
            self._cut_up = p
        for cut, p_block, slots, scratch in self._blocks:
            yield p_block, g[cut], slots, scratch


def _fronts(arrays: list[Array], size: int) -> list[Array]:
    return [array[:size] for array in arrays]


def group(params: Mapping[str, Array], states: Mapping[str, State]) -> list[Group]:
    """Return groups that together hold every parameter once; those of a dtype share scratch."""
    groups = []
    dtypes = {p.dtype for p in params.values()}
    scratch = {dtype: cache_lines(SCRATCH, BLOCK, dtype) for dtype in dtypes}
    short: dict[tuple[np.dtype[Any], int], dict[str, Array]] = {}
    for key, p in params.items():
        if p.size > SHORT:
            groups.append(Group({key: p}, states, scratch[p.dtype]))
            continue
        gathered = short.setdefault((p.dtype, states[key].steps), {})
        if sum(array.size for array in gathered.values()) + p.size > BLOCK:
            groups.append(Group(gathered, states, scratch[p.dtype]))
            gathered.clear()
        gathered[key] = p
    return groups + [
        Group(gathered, states, scratch[dtype]) for (dtype, _), gathered in short.items()
    ]
