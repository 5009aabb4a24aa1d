"""Mini-batches whose rows and order are a function of the seed and the number of the epoch alone.

Nothing that ran before has any influence: epoch 7 of a run that was interrupted and resumed has
the batches of epoch 7 of a run that was not. Only the rows of a batch are gathered, so arrays may
be memory maps or any other object that has a `shape` and returns rows when indexed.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from np_data.gather import Rows, common_length, gather, prepared

Order = Literal["shuffle", "sequential", "replacement"]
Last = Literal["keep", "drop", "fill"]
Batch = tuple[NDArray[Any], ...]

# What a random stream is for; part of its seed, so that no two purposes share their numbers.
_ORDER, _FILL, _DRAW, _TRANSFORM = range(4)


class Batches:
    """Batches of rows of arrays that belong together, an epoch at a time.

    Iterating goes through epoch 0 the first time, epoch 1 the second time, and so on; `epoch(e)`
    goes through any epoch. A batch is always a tuple with one new array per array given, in native
    byte order.

    Parameters
    ----------
    *arrays : ndarray, memory map or array-like
        Shapes `(N, ...)` with one N. An array-like needs a `shape` and an indexing that takes
        ascending row numbers without repetition, as HDF5 data sets have.
    batch_size : int
        Rows per batch.
    seed : int
        With the number of the epoch, decides everything that is random.
    order : {"shuffle", "sequential", "replacement"}
        A new permutation each epoch; the order of the arrays; or rows drawn independently, so
        that one may come twice in an epoch or not at all.
    last : {"keep", "drop", "fill"}
        What becomes of a last batch for which fewer rows are left: it stays short, is left out, or
        is filled with rows drawn at random from the others of the epoch. With "replacement" all
        batches are full.
    steps : int, optional
        Batches per epoch; by default those of one pass over the rows. A larger number goes on with
        another pass.
    transform : callable, optional
        Called as `transform(*batch, rng=rng)` for each batch; returns the arrays to use instead.
        `rng` depends on seed, epoch and step only.

    Raises
    ------
    ValueError
        If row numbers differ, `batch_size` or `steps` is less than one, or a name is none of
        the above.

    Examples
    --------
    >>> x, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> batches = Batches(x, y, batch_size=2, seed=0)
    >>> len(batches)
    3
    >>> for xb, yb in batches.epoch(7):
    ...     print(xb.shape, yb)
    (2, 2) [3 1]
    (2, 2) [4 2]
    (1, 2) [0]
    """

    def __init__(
        self,
        *arrays: Rows,
        batch_size: int,
        seed: int,
        order: Order = "shuffle",
        last: Last = "keep",
        steps: int | None = None,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._n = common_length(arrays)
        self._batch_size = _at_least("batch_size", batch_size, 1)
        self._seed = _at_least("seed", seed, 0)
        self._order = _one_of("order", order, get_args(Order))
        self._last = _one_of("last", last, get_args(Last))
        at_random = order != "sequential"
        self._arrays = tuple(prepared(array, at_random=at_random) for array in arrays)
        if transform is not None and not callable(transform):
            raise TypeError(f"transform must be callable, got {transform!r}")
        self._transform = transform
        full, rest = divmod(self._n, self._batch_size)
        self._per_pass = full + (rest > 0 and self._last != "drop")
        self._steps = self._per_pass if steps is None else _at_least("steps", steps, 1)
        if steps is not None and not (self._n if order == "replacement" else self._per_pass):
            raise ValueError(
                f"steps={steps} batches of {batch_size} cannot be made of {self._n} rows with "
                f"last={last!r}"
            )
        self._next_epoch = 0

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self._steps

    def __iter__(self) -> Iterator[Batch]:
        """Go through the next epoch: 0 at the first call, then 1, then 2."""
        self._next_epoch += 1
        return self.epoch(self._next_epoch - 1)

    def epoch(self, number: int, *, start: int = 0) -> Iterator[Batch]:
        """Go through the batches of one epoch, beginning with step `start`.

        Parameters
        ----------
        number : int
            The epoch, from 0.
        start : int
            Number of batches to leave out; their rows are not read. A run that was interrupted
            after k steps resumes exactly with `start=k`.

        Raises
        ------
        ValueError
            If one of them is negative.
        """
        return self._batches(_at_least("epoch", number, 0), _at_least("start", start, 0))

    def _batches(self, epoch: int, start: int) -> Iterator[Batch]:
        current, order = -1, np.empty(0, dtype=np.intp)
        for step in range(start, self._steps):
            if self._order == "replacement":
                rows = self._rng(_DRAW, epoch, step).integers(self._n, size=self._batch_size)
            else:
                number, position = divmod(step, self._per_pass)
                if number != current:
                    current, order = number, self._permutation(epoch, number)
                rows = order[position * self._batch_size : (position + 1) * self._batch_size]
                if self._last == "fill" and rows.size < self._batch_size:
                    rows = self._filled(rows, order, self._rng(_FILL, epoch, number))
            batch = tuple(gather(array, rows) for array in self._arrays)
            if self._transform is not None:
                batch = _tuple(self._transform(*batch, rng=self._rng(_TRANSFORM, epoch, step)))
            yield batch

    def _rng(self, purpose: int, epoch: int, index: int) -> np.random.Generator:
        sequence = np.random.SeedSequence(self._seed, spawn_key=(epoch, purpose, index))
        return np.random.default_rng(sequence)

    def _permutation(self, epoch: int, number: int) -> NDArray[Any]:
        """Return the order of the rows in one pass; 32 bits are enough for most data sets."""
        order = np.arange(self._n, dtype=np.int32 if self._n < 2**31 else np.int64)
        if self._order == "shuffle":
            self._rng(_ORDER, epoch, number).shuffle(order)
        return order

    def _filled(
        self, rows: NDArray[Any], order: NDArray[Any], rng: np.random.Generator
    ) -> NDArray[Any]:
        """Add rows of earlier batches, each at most once while there are enough of them."""
        missing = self._batch_size - rows.size
        others = order[: order.size - rows.size] if order.size > rows.size else order
        drawn = rng.choice(others.size, size=missing, replace=missing > others.size)
        return np.concatenate([rows, others[drawn]])


def _at_least(name: str, value: int, least: int) -> int:
    if operator.index(value) < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return operator.index(value)


def _one_of(name: str, value: Any, names: tuple[Any, ...]) -> Any:
    if value not in names:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, names))}, got {value!r}")
    return value


def _tuple(result: Any) -> Batch:
    """Accept a bare array from a transform of one array."""
    return (result,) if isinstance(result, np.ndarray) else tuple(result)
