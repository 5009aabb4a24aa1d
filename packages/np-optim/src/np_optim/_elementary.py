"""Elementary functions of the step count: powers and the cosine."""

import math


def power(base: float, exponent: float) -> float:
    """Return base^exponent for base ≥ 0, or infinity beyond the largest float."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def cos_pi(x: float) -> float:
    """Return cos(π x)."""
    return math.cos(math.pi * x)
