"""The standard normal distribution function Φ, which NumPy does not have.

With t = 2/(2 + z) for z ≥ 0, erfc(z) = t exp(−z² + P(2t − 1)). P is smooth on the whole half-line,
so one Chebyshev series serves all z. The coefficients below were computed with 40 digits from that
definition of P. 28 of them give the precision of float64; float32 needs 14.
"""

from __future__ import annotations

import math

import numpy as np

from np_layers._types import Array

_P = (
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


def normal_cdf(x: Array) -> Array:
    """Return Φ(x) = ½ erfc(−x/√2), the probability of a standard normal number below x.

    Parameters
    ----------
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
    >>> normal_cdf(np.array([-2.0, 0.0, 2.0])).round(5)
    array([0.02275, 0.5    , 0.97725])
    """
    z: Array = np.abs(x)
    z *= math.sqrt(0.5)
    t = 2 / (2 + z)
    s = 2 * t - 1
    last = before = np.zeros_like(z)
    for c in reversed(_P[1 : 15 if x.dtype == np.float32 else None]):
        last, before = 2 * s * last - before + c, last
    tail: Array = 0.5 * t * np.exp(s * last - before + _P[0] - z * z)
    np.subtract(1, tail, where=x >= 0, out=tail)
    return tail
