"""Mini-batches that depend only on the seed and the number of the epoch.

What ran before has no influence: epoch 7 of a run that was interrupted and resumed has the same
batches as epoch 7 of a run that was not. Only the rows of a batch are read, so the arrays may be
memory maps or data sets on disk.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_choice, check_integer
from np_data._gather import RowReader, as_rows, common_length, gather

Order = Literal["shuffle", "sequential", "replacement"]
Last = Literal["keep", "drop", "fill"]
Batch = tuple[NDArray[Any], ...]

# The purpose of a random stream is part of its seed, so that two purposes never share numbers.
_ORDER, _FILL, _DRAW, _TRANSFORM = range(4)


class Batches:
    """Batches of rows of arrays that belong together, one epoch at a time.

    Iterating goes through epoch 0 the first time, epoch 1 the second time, and so on; ``epoch(e)``
    goes through any epoch. A batch is a tuple with one new array for each array given.

    Parameters
    ----------
    *arrays : array_like of shape (N, ...)
        All have the same N. Arrays, memory maps and data sets on disk (HDF5, zarr) are never copied
        as a whole. Lists and the tables of pandas and polars become arrays first.
    batch_size : int
        Rows per batch.
    seed : int
        Together with the number of the epoch it decides everything that is random.
    order : {"shuffle", "sequential", "replacement"}
        A new permutation each epoch; the order of the arrays; or rows drawn independently.
    last : {"keep", "drop", "fill"}
        What happens to a last batch with too few rows: it stays short, is left out, or is filled
        with rows drawn at random from the others of the epoch.
    steps : int, optional
        Batches per epoch; by default one pass over the rows. A larger number continues with
        another pass.
    transform : callable, optional
        Called as ``transform(*batch, rng=rng)`` for each batch. It returns the arrays to use
        instead, at least as many as it was given. ``rng`` depends on seed, epoch and step only.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or ``transform`` returns fewer arrays.

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
        *arrays: ArrayLike | RowReader,
        batch_size: int,
        seed: int,
        order: Order = "shuffle",
        last: Last = "keep",
        steps: int | None = None,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._arrays = tuple(as_rows(array, at_random=order != "sequential") for array in arrays)
        self._n = common_length(self._arrays)
        self._batch_size = check_integer("batch_size", batch_size, 1)
        self._seed = check_integer("seed", seed, 0)
        self._order = check_choice("order", order, get_args(Order))
        self._last = check_choice("last", last, get_args(Last))
        if transform is not None and not callable(transform):
            raise TypeError(f"transform must be callable, got {transform!r}")
        self._transform = transform
        full, rest = divmod(self._n, self._batch_size)
        self._per_pass = full + (rest > 0 and self._last != "drop")
        self._steps = self._per_pass if steps is None else check_integer("steps", steps, 1)
        if steps is not None and not (self._n if order == "replacement" else self._per_pass):
            raise ValueError(
                f"steps={steps} batches of {batch_size} cannot be made of {self._n} rows with "
                f"last={last!r}"
            )
        self._next_epoch = 0

    def __repr__(self) -> str:
        return (
            f"Batches({len(self._arrays)} arrays of {self._n} rows, "
            f"batch_size={self._batch_size}, seed={self._seed}, order={self._order!r}, "
            f"last={self._last!r}, steps={self._steps}, transform={self._transform!r})"
        )

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self._steps

    def __iter__(self) -> Iterator[Batch]:
        """Go through the next epoch: 0 at the first call, then 1, then 2."""
        self._next_epoch += 1
        return self.epoch(self._next_epoch - 1)

    def epoch(self, number: int, *, start: int = 0) -> Iterator[Batch]:
        """Go through the batches of epoch ``number``, from 0, beginning with step ``start``.

        A run that was interrupted after k steps resumes exactly with ``start=k``. ValueError if one
        of them is negative.
        """
        return self._batches(check_integer("epoch", number, 0), check_integer("start", start, 0))

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
                result = self._transform(*batch, rng=self._rng(_TRANSFORM, epoch, step))
                batch = _checked(result, len(batch))
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


def _checked(result: Any, count: int) -> Batch:
    """Return what a transform returned as a tuple; a single array needs no tuple around it."""
    if isinstance(result, np.ndarray):
        result = (result,)
    if not isinstance(result, tuple | list):
        raise TypeError(f"transform must return a tuple of arrays, got {type(result).__name__}")
    if len(result) < count:
        raise ValueError(
            f"transform must return at least the {count} arrays of a batch, got {len(result)}; "
            "return (images, labels), or let np_data.compose pass the labels on"
        )
    return tuple(result)
