"""The normal distribution: Φ, its inverse, and random numbers.

With t = 2/(2 + z) for z ≥ 0, erfc(z) = t exp(−z² + P(2t − 1)). P is smooth on the whole half-line,
so one Chebyshev series serves all z. The coefficients below were computed with 40 digits from that
definition of P. 28 of them give the precision of float64; float32 needs 14.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from np_layers._types import Array, Shape
from np_layers.arithmetic.elementary import DType, by_block, exp_of_block, log

ERFC = (
    -0.6513268598908547,
    0.64196979235649026,
    0.019476473204185836,
    -0.0095615147868086316,
    -0.00094659534448203687,
    0.00036683949785276145,
    4.2523324806907772e-5,
    -2.0278578112534243e-5,
    -1.6242900046470255e-6,
    1.3036558355805232e-6,
    1.5626441722066143e-8,
    -8.5238095914926543e-8,
    6.5290544390988515e-9,
    5.0593434955514689e-9,
    -9.9136415649303309e-10,
    -2.2736512229318359e-10,
    9.6467911020155268e-11,
    2.3940380830391147e-12,
    -6.8860275264975534e-12,
    8.9448792730907257e-13,
    3.1309213993429581e-13,
    -1.1270822361367252e-13,
    3.8109052551892321e-16,
    7.106097613609237e-15,
    -1.5230282014571043e-15,
    -9.457494571291234e-17,
    1.210237189224279e-16,
    -2.816663087747177e-17,
)


# Numerators and denominators, lowest order first (Wichura's algorithm AS 241, PPND16).
MIDDLE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3),
)  # fmt: skip
NEAR_TAIL = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9),
)  # fmt: skip
FAR_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15),
)  # fmt: skip


def normal_cdf_with(exp: Callable[[Array], Array], x: Array) -> Array:
    """Return Φ(x) = ½ erfc(−x/√2), the probability of a standard normal number below x.

    Parameters
    ----------
    exp : function
        The exponential function that is used.
    x : ndarray
        Floating, any shape.

    Returns
    -------
    ndarray
        The shape and dtype of x; accurate also where Φ is tiny.

    References
    ----------
    Clenshaw, "A note on the summation of Chebyshev series", 1955.

    Examples
    --------
    >>> normal_cdf_with(np.exp, np.array([-2.0, 0.0, 2.0])).round(5)
    array([0.02275, 0.5    , 0.97725])
    """
    z: Array = np.abs(x)
    z *= math.sqrt(0.5)
    t = 2 / (2 + z)
    s = 2 * t - 1
    last = before = np.zeros_like(z)
    for c in reversed(ERFC[1 : 15 if x.dtype == np.float32 else None]):
        last, before = 2 * s * last - before + c, last
    tail: Array = 0.5 * t * exp(s * last - before + ERFC[0] - z * z)
    np.subtract(1, tail, where=x >= 0, out=tail)
    return tail


@by_block
def normal_cdf(x: Array, dtype: DType) -> Array:
    """Return Φ(x) with equal bits on every machine.

    Examples
    --------
    >>> normal_cdf(np.array([-2.0, 0.0, 2.0])).round(5)
    array([0.02275, 0.5    , 0.97725])
    """
    return normal_cdf_with(lambda exponent: exp_of_block(exponent, dtype), x)


def standard_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Draw N(0, 1) as Φ⁻¹(u) of uniform draws u, float64, with equal bits on every machine.

    NumPy's `Generator.standard_normal` calls the C library's logarithm and exponential for rare
    draws. A uniform draw is integer arithmetic.

    Examples
    --------
    >>> standard_normal(np.random.default_rng(0), (3,)).round(4)
    array([ 0.3503, -0.6135, -1.7395])
    """
    u = rng.random(shape)
    return inverse_normal_cdf(np.maximum(u, 2.0**-54))


def inverse_normal_cdf(u: Array) -> Array:
    """Return Φ⁻¹(u) for 0 < u < 1, float64, with a relative error of about 10⁻¹⁵.

    References
    ----------
    Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988.

    Examples
    --------
    >>> inverse_normal_cdf(np.array([0.5, 0.975])).round(5)
    array([0.     , 1.95996])
    """
    q = np.asarray(u - 0.5)
    y = q * _quotient(0.180625 - q * q, MIDDLE)
    tail = np.abs(q) > 0.425
    nearest = np.minimum(u, 1 - u)[tail]
    r = np.sqrt(-log(nearest))
    magnitude = np.where(r <= 5, _quotient(r - 1.6, NEAR_TAIL), _quotient(r - 5, FAR_TAIL))
    y[tail] = np.where(q[tail] < 0, -magnitude, magnitude)
    return y


def _quotient(x: Array, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Array:
    numerator, denominator = (np.full_like(x, c[-1]) for c in coefficients)
    for a, b in zip(*(reversed(c[:-1]) for c in coefficients), strict=True):
        numerator *= x
        numerator += a
        denominator *= x
        denominator += b
    return np.divide(numerator, denominator)
