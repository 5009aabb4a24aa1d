"""Gradient clipping, by the norm of all gradients together or value by value.

Both functions return new arrays, or write into the arrays of ``out``, which may be ``grads``.
"""

import math
from collections.abc import Mapping

import numpy as np

from np_optim import _checks
from np_optim._blocks import BLOCK
from np_optim._checks import Array


def clip_by_norm(
    grads: Mapping[str, Array], max_norm: float, *, out: dict[str, Array] | None = None
) -> tuple[dict[str, Array], float]:
    """Scale all gradients by one factor to a norm of at most max_norm; in place if out is grads.

    norm = √(Σ g²) over all elements of all arrays, and every g becomes
    g · min(1, max_norm / (norm + 1e-6)), as in PyTorch's clip_grad_norm_. The direction is kept.

    Parameters
    ----------
    grads : dict of str to ndarray
        Float32 or float64 arrays of any shape.
    max_norm : float
        At least 0. Infinity measures the norm and clips nothing.
    out : dict of str to ndarray, optional
        Where to write: arrays of the same keys, shapes and dtypes. ``grads`` itself is allowed.

    Returns
    -------
    clipped : dict of str to ndarray
        ``out``, or new arrays.
    norm : float
        The norm before clipping. Its bits depend neither on the number of cores nor on the linear
        algebra library.

    Raises
    ------
    FloatingPointError
        A gradient contains NaN or infinity. Nothing has been written then.
    KeyError, TypeError, ValueError
        An argument is not as described above.

    References
    ----------
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML
    2013.

    Examples
    --------
    >>> import numpy as np
    >>> clipped, norm = clip_by_norm({"w": np.array([3.0, 4.0])}, 1.0)
    >>> norm, clipped["w"].round(4)
    (5.0, array([0.6, 0.8]))
    """
    limit = max_norm if max_norm == math.inf else _checks.number("max_norm", max_norm, 0.0)
    _checks.real_arrays("grads", grads)
    out = _outputs(grads, out)
    norm = _norm(grads)
    scale = min(1.0, limit / (norm + 1e-6))
    for key, g in grads.items():
        # A scale below float32's normal numbers would lose digits there.
        dtype = np.float64 if scale < np.finfo(g.dtype).tiny else g.dtype
        np.multiply(g, scale, out=out[key], dtype=dtype, casting="same_kind")
    return out, norm


def clip_by_value(
    grads: Mapping[str, Array], max_value: float, *, out: dict[str, Array] | None = None
) -> dict[str, Array]:
    """Limit every element to [-max_value, max_value]; in place if out is grads.

    NaN stays NaN. The direction of the gradient changes, as in PyTorch's clip_grad_value_.

    Parameters
    ----------
    grads, out
        As in ``clip_by_norm``.
    max_value : float
        At least 0.

    Returns
    -------
    dict of str to ndarray
        ``out``, or new arrays.

    Examples
    --------
    >>> import numpy as np
    >>> clip_by_value({"w": np.array([-3.0, 0.5])}, 1.0)
    {'w': array([-1. ,  0.5])}
    """
    limit = _checks.number("max_value", max_value, 0.0)
    _checks.real_arrays("grads", grads)
    out = _outputs(grads, out)
    for key, g in grads.items():
        most = np.array(min(limit, float(np.finfo(g.dtype).max)), g.dtype)
        np.clip(g, -most, most, out=out[key])
    return out


def _outputs(grads: Mapping[str, Array], out: dict[str, Array] | None) -> dict[str, Array]:
    if out is None:
        return {key: np.empty_like(g) for key, g in grads.items()}
    _checks.real_arrays("out", out, written=True)
    _checks.same_arrays("out", out, grads)
    return out


def _norm(grads: Mapping[str, Array]) -> float:
    """Return √(Σ g²) with the same bits on every machine.

    All g are divided by a power of two that is at least the largest of them, so that no square
    overflows. A sum depends on the order of its additions only because each addition rounds. So
    each square s in [0, 1] is split into a multiple of one unit, and a rest that is a multiple of a
    finer unit: additions of such multiples are exact. (s + c) - c rounds s to multiples of the last
    bit of c.
    """
    maxima = np.array([np.abs(g).max() for g in grads.values() if g.size], np.float64)
    if not np.isfinite(maxima).all():
        _checks.all_finite("grads", grads)
    largest = float(maxima.max(initial=0.0))
    if not largest:
        return 0.0
    _, exponent = math.frexp(largest)
    bits = sum(g.size for g in grads.values()).bit_length()  # Σ s < 2**bits
    c, finer_c = math.ldexp(1.5, bits), math.ldexp(1.5, 2 * bits - 53)
    coarse = fine = 0.0
    for g in grads.values():
        flat = g.reshape(-1)
        for start in range(0, flat.size, BLOCK):
            squares = np.ldexp(flat[start : start + BLOCK].astype(np.float64), -exponent)
            squares *= squares
            rounded = (squares + c) - c
            squares -= rounded
            coarse += float(rounded.sum())
            fine += float(((squares + finer_c) - finer_c).sum())
    with np.errstate(over="ignore"):
        return float(np.ldexp(math.sqrt(coarse + fine), exponent))
