"""Streaming mean that depends neither on the order of the values nor on how they are split.

Every finite double is an integer multiple of 2⁻¹⁰⁷⁴, the smallest double, so a sum of doubles is
an integer in that unit. Python integers have no limit, and their sum is exact in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import number_array, weight_array

UNITS_OF_ONE = 2**1074  # the smallest double is 2⁻¹⁰⁷⁴


class Mean:
    """Weighted mean of a stream of numbers. Its sum is exact; only ``value`` rounds, once.

    value = Σ w_i x_i / Σ w_i

    Parts of the numbers, merged in any order, give exactly the same value.

    Examples
    --------
    >>> first, second = Mean().update([1e16, 1.0]), Mean().update([-1e16, 4.0])
    >>> first.merge(second).value()
    1.25
    >>> first
    Mean: 1.25
    """

    def __init__(self) -> None:
        self._sum = 0  # of weight times value, each in units
        self._weight = 0  # in units

    def update(self, values: ArrayLike, *, sample_weight: ArrayLike | None = None) -> Mean:
        """Add more numbers, in place, and return self.

        Parameters
        ----------
        values : float or array_like of shape (N,)
            Finite numbers.
        sample_weight : float or array_like of shape (N,), optional
            One weight per number, not negative. For the mean loss of a batch, pass the number of
            samples in the batch.

        Raises
        ------
        ValueError
            A value is NaN or infinite, no value was given, or the weights have another length.

        Examples
        --------
        >>> loss = Mean()
        >>> for batch_loss, batch_size in [(0.5, 64), (0.25, 32)]:
        ...     _ = loss.update(batch_loss, sample_weight=batch_size)
        >>> round(loss.value(), 6)
        0.416667
        """
        x = number_array("values", np.atleast_1d(values), ndim=(1,))
        w = np.ones(len(x)) if sample_weight is None else np.atleast_1d(sample_weight)
        weights = np.asarray(weight_array(w, len(x), all_zero=True))
        for value, weight in zip(_units(x), _units(weights), strict=True):
            self._sum += weight * value
            self._weight += weight
        return self

    def merge(self, other: Mean) -> Mean:
        """Add all numbers of ``other``, in place, and return self."""
        self._sum += other._sum
        self._weight += other._weight
        return self

    def value(self) -> float:
        """Return the mean of all numbers so far, correctly rounded.

        Before the first update with a weight above 0, this raises RuntimeError.
        """
        if self._weight == 0:
            raise RuntimeError("value() needs a number with weight, got none; call update() first")
        # Python rounds a ratio of integers correctly.
        return self._sum / (self._weight * UNITS_OF_ONE)

    def __repr__(self) -> str:
        return f"Mean: {self.value()!r}" if self._weight else "Mean: no number yet"


def _units(x: NDArray[Any]) -> list[int]:
    ratios = [number.as_integer_ratio() for number in x.astype(np.float64).tolist()]
    return [numerator * (UNITS_OF_ONE // denominator) for numerator, denominator in ratios]
