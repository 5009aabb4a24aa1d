"""Elementary functions of one number, with the same bits on every machine.

The functions of the C library differ in their last bits from machine to machine. These use only
``+ - * /`` of Python floats, which IEEE 754 fixes to the bit, and exact scaling by powers of two.
Their errors are a few units in the last place.

This file is the same in every package that needs it.

References
----------
Muller, "Elementary functions: algorithms and implementation", 3rd edition, 2016.
"""

import math
from collections.abc import Sequence

LOG2_E = 1.4426950408889634
# ln 2 and π/2 in parts: the first parts have few bits, so that their products with k are exact.
LN2 = (0.693147180369123816490, 1.90821492927058770002e-10)
HALF_PI = (1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21)

EXP = [1 / math.factorial(n) for n in range(14)]
LOG = [2 / (2 * n + 1) for n in range(12)]
SIN = [(-1) ** n / math.factorial(2 * n + 1) for n in range(9)]
COS = [(-1) ** n / math.factorial(2 * n) for n in range(9)]


def exp(x: float) -> float:
    """Return eˣ = 2ᵏ eʳ with x = k ln 2 + r, by a Taylor polynomial of eʳ.

    Examples
    --------
    >>> exp(0.0), round(exp(1.0), 12), exp(-1e4), exp(1e4)
    (1.0, 2.718281828459, 0.0, inf)
    """
    if x > 710 or x < -746:
        return math.inf if x > 0 else 0.0
    k = round(x * LOG2_E)
    r = x - k * LN2[0] - k * LN2[1]
    return math.ldexp(_polynomial(EXP, r), k)


def log(x: float) -> float:
    """Return the natural logarithm of x ≥ 0.

    x = 2ᵏ m with m in [√½, √2), and log m = 2 (f + f³/3 + f⁵/5 + …) with f = (m - 1) / (m + 1).

    Examples
    --------
    >>> log(1.0), log(10.0), log(0.0)
    (0.0, 2.302585092994046, -inf)
    """
    if x in (0.0, math.inf):
        return -math.inf if x == 0 else math.inf
    m, k = math.frexp(x)
    if m < math.sqrt(0.5):
        m, k = 2 * m, k - 1
    f = (m - 1) / (m + 1)
    return f * _polynomial(LOG, f * f) + k * LN2[1] + k * LN2[0]


def power(base: float, exponent: float) -> float:
    """Return base^exponent for base ≥ 0; by multiplications if the exponent is a whole number.

    Examples
    --------
    >>> power(0.5, 3), power(4.0, 0.5), power(0.0, 0.0), power(10.0, 400)
    (0.125, 2.0, 1.0, inf)
    """
    if exponent != int(exponent):
        return exp(exponent * log(base)) if base else 0.0
    if exponent < 0:
        return 1 / power(base, -exponent) if base else math.inf
    result, square, rest = 1.0, base, int(exponent)
    while rest:
        if rest & 1:
            result *= square
        square *= square
        rest >>= 1
    return result


def cos(x: float) -> float:
    """Return cos(x) for |x| < 10⁵.

    Examples
    --------
    >>> cos(0.0), cos(math.pi)
    (1.0, -1.0)
    """
    return _circle(x, 1)


def sin(x: float) -> float:
    """Return sin(x) for |x| < 10⁵.

    Examples
    --------
    >>> sin(0.0), sin(math.pi / 2)
    (0.0, 1.0)
    """
    return _circle(x, 0)


def _circle(x: float, quarter: int) -> float:
    """Return sin(x + quarter · π/2): with x = k π/2 + r, the polynomial of sin r or cos r."""
    k = round(x * (2 / math.pi))
    r = x - k * HALF_PI[0] - k * HALF_PI[1] - k * HALF_PI[2]
    quadrant = k + quarter
    y = _polynomial(COS, r * r) if quadrant & 1 else r * _polynomial(SIN, r * r)
    return -y if quadrant & 2 else y


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    """Return Σ_n coefficients[n] xⁿ by Horner's rule."""
    y = 0.0
    for c in reversed(coefficients):
        y = y * x + c
    return y
