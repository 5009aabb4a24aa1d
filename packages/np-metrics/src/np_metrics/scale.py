"""The scale of weights: no ratio of them depends on it, but a product of them may leave the range.

Division by a power of two is exact, so quotients of great or tiny weights are as good as they were.
"""

from __future__ import annotations

from math import frexp, ldexp


def power_of_two(total: float) -> float:
    """Return the greatest power of two that is not above ``total`` > 0, or 1 if that is near 1.

    Near is within 2^±128: up to the fourth power of such totals is a float64.
    """
    exponent = frexp(total)[1] - 1
    return ldexp(1.0, exponent) if abs(exponent) > 128 else 1.0
