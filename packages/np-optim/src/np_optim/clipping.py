"""Gradient clipping, by the norm of all gradients together or value by value.

Both functions return new arrays, or write into the arrays of ``out``, which may be ``grads``.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_optim import _checks
from np_optim._blocks import BLOCK

Array = NDArray[Any]

ROW = 512
"""Number of squares that are added in the dtype of the array; their sums are added in float64."""


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
    grads : dict of str to ndarray
        Float32 or float64 arrays of any shape.
    max_value : float
        At least 0.
    out : dict of str to ndarray, optional
        Where to write: arrays of the same keys, shapes and dtypes. ``grads`` itself is allowed.

    Returns
    -------
    dict of str to ndarray
        ``out``, or new arrays.

    Raises
    ------
    KeyError, TypeError, ValueError
        An argument is not as described above.

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
    _checks.real_arrays("out", out)
    _checks.same_arrays("out", out, grads)
    _checks.writeable("out", out)
    return out


def _norm(grads: Mapping[str, Array]) -> float:
    total = _sum_of_squares(grads)
    if 1e-20 < total < math.inf:
        return math.sqrt(total)
    _checks.all_finite("grads", grads)
    # The squares may overflow or underflow though the norm does not: divide by the largest element.
    unit = max((float(np.abs(g).max()) for g in grads.values() if g.size), default=0.0)
    return unit * math.sqrt(_sum_of_squares(grads, unit)) if unit else 0.0


def _sum_of_squares(grads: Mapping[str, Array], unit: float | None = None) -> float:
    total = 0.0
    with np.errstate(all="ignore"):
        for g in grads.values():
            flat = g.reshape(-1)
            for start in range(0, flat.size, BLOCK):
                block = flat[start : start + BLOCK]
                values = np.divide(block, unit, dtype=np.float64) if unit else block
                rows = values[: len(values) // ROW * ROW].reshape(-1, ROW)
                rest = values[rows.size :]
                sums = np.einsum("ij,ij->i", rows, rows).astype(np.float64)
                total += float(np.einsum("i->", sums)) + float(np.einsum("i,i->", rest, rest))
    return total
