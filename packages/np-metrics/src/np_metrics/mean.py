"""A mean that does not depend on how the values were split or ordered.

Every finite double is a whole multiple of 2⁻¹¹²⁶, so a sum of doubles is a whole number of that
unit. Python integers have no limit, and adding whole numbers is exact in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.validation import number_array, weight_array

UNIT = 1126  # the least double is ½ · 2⁻¹⁰⁷³, and 53 bits of mantissa make it 2⁵² · 2⁻¹¹²⁶


class Mean:
    """The weighted mean of a stream of numbers, rounded once, when it is read.

    value = Σ w_i x_i / Σ w_i

    The parts of a data set, merged in any order, give exactly the value of the whole.

    Examples
    --------
    >>> first, second = Mean().update([1e16, 1.0]), Mean().update([-1e16, 4.0])
    >>> first.merge(second).value()
    1.25
    """

    def __init__(self) -> None:
        self._sum = 0  # of weight times value, in units of 2^(-2 UNIT)
        self._weight = 0  # in units of 2^(-UNIT)

    def update(self, values: ArrayLike, *, sample_weight: ArrayLike | None = None) -> Mean:
        """Take in more numbers, in place, and return self.

        Parameters
        ----------
        values : one number or an array (N,), finite.
        sample_weight : one weight per number, not negative; for the mean loss of a batch pass the
            number of samples in the batch.

        Raises
        ------
        ValueError
            For NaN or infinite values, no value at all, or weights of another length.
        TypeError
            For things that are no real numbers.

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
            pairs = zip(_whole_units(weights), _whole_units(x), strict=True)
            self._sum += sum(a * b for a, b in pairs)
            self._weight += _exact_sum(weights)
        return self

    def merge(self, other: Mean) -> Mean:
        """Take in all that ``other`` has seen, in place, and return self.

        Raises
        ------
        TypeError
            If ``other`` is no Mean.
        """
        if not isinstance(other, Mean):
            raise TypeError(f"other must be a Mean; got {type(other).__name__}")
        self._sum += other._sum
        self._weight += other._weight
        return self

    def value(self) -> float:
        """Return the mean of all numbers so far, correctly rounded.

        Raises
        ------
        RuntimeError
            Before the first update with a weight above zero.
        """
        if self._weight == 0:
            raise RuntimeError("value() needs an update() first; got no number of any weight yet")
        return self._sum / (self._weight << UNIT)  # Python rounds a ratio of integers correctly


def _mantissas(x: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return whole m and shift with x = m · 2^(shift - UNIT)."""
    fraction, exponent = np.frexp(x.astype(np.float64))
    return np.ldexp(fraction, 53).astype(np.int64), exponent.astype(np.int64) + (UNIT - 53)


def _whole_units(x: NDArray[Any]) -> list[int]:
    mantissas, shifts = _mantissas(x)
    return [m << s for m, s in zip(mantissas.tolist(), shifts.tolist(), strict=True)]


def _exact_sum(x: NDArray[Any]) -> int:
    """Return Σ x in units: mantissas of one exponent are added as two halves that fit int64."""
    mantissas, shifts = _mantissas(x)
    total = 0
    for shift in np.unique(shifts).tolist():
        same = mantissas[shifts == shift]
        total += ((int(np.sum(same >> 27)) << 27) + int(np.sum(same & (2**27 - 1)))) << shift
    return total
