"""Streaming mean that depends neither on the order of the values nor on how they are split.

Every finite double is an integer multiple of 2⁻¹¹²⁶, so a sum of doubles is an integer in that
unit. Python integers have no limit, and their sum is exact in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import number_array, weight_array

UNIT = 1126  # frexp gives the smallest double as ½ · 2⁻¹⁰⁷³, which is 2⁵² · 2⁻¹¹²⁶


class Mean:
    """Weighted mean of a stream of numbers: exact until it is rounded once, in ``value``.

    value = Σ w_i x_i / Σ w_i

    Parts of a data set that are merged in any order give exactly the value of the whole.

    Examples
    --------
    >>> first, second = Mean().update([1e16, 1.0]), Mean().update([-1e16, 4.0])
    >>> first.merge(second).value()
    1.25
    >>> first
    Mean: 1.25
    """

    def __init__(self) -> None:
        self._sum = 0  # of weight times value, in units of 2^(-2 UNIT)
        self._weight = 0  # in units of 2^(-UNIT)

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
            A value is NaN or infinite, there is no value, or the weights have another length.
        TypeError
            Values are not real numbers.

        Examples
        --------
        >>> loss = Mean()
        >>> for batch_loss, batch_size in [(0.5, 64), (0.25, 32)]:
        ...     _ = loss.update(batch_loss, sample_weight=batch_size)
        >>> round(loss.value(), 6)
        0.416667
        """
        x = number_array("values", np.atleast_1d(values), ndim=(1,))
        w = sample_weight if sample_weight is None else np.atleast_1d(sample_weight)
        weights = weight_array(w, len(x), all_zero=True)
        if weights is None:
            self._sum += _exact_sum(x) << UNIT
            self._weight += len(x) << UNIT
        else:
            pairs = zip(_in_units(weights), _in_units(x), strict=True)
            self._sum += sum(a * b for a, b in pairs)
            self._weight += _exact_sum(weights)
        return self

    def merge(self, other: Mean) -> Mean:
        """Add all numbers of ``other``, in place, and return self.

        Raises
        ------
        TypeError
            ``other`` is not a Mean.
        """
        if not isinstance(other, Mean):
            raise TypeError(f"other must be a Mean, got {type(other).__name__}")
        self._sum += other._sum
        self._weight += other._weight
        return self

    def value(self) -> float:
        """Return the mean of all numbers so far, correctly rounded.

        Raises
        ------
        RuntimeError
            Called before the first update with a weight above 0.
        """
        if self._weight == 0:
            raise RuntimeError("value() needs a number with weight, got none; call update() first")
        return self._sum / (self._weight << UNIT)  # Python rounds a ratio of integers correctly

    def __repr__(self) -> str:
        return f"Mean: {self.value()!r}" if self._weight else "Mean: no number yet"


def _mantissas(x: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return integers m and shift with x = m · 2^(shift - UNIT)."""
    fraction, exponent = np.frexp(x.astype(np.float64))
    return np.ldexp(fraction, 53).astype(np.int64), exponent.astype(np.int64) + (UNIT - 53)


def _in_units(x: NDArray[Any]) -> list[int]:
    mantissas, shifts = _mantissas(x)
    return [m << s for m, s in zip(mantissas.tolist(), shifts.tolist(), strict=True)]


def _exact_sum(x: NDArray[Any]) -> int:
    """Return Σ x in units. Mantissas of one exponent are added as two halves, which fit int64."""
    mantissas, shifts = _mantissas(x)
    total = 0
    for shift in np.unique(shifts).tolist():
        same = mantissas[shifts == shift]
        total += ((int(np.sum(same >> 27)) << 27) + int(np.sum(same & (2**27 - 1)))) << shift
    return total
