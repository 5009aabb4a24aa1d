"""Operands on a grid: the numbers that exact products multiply.

A matrix product depends on the order of its additions only because each addition rounds. If all
terms are integer multiples of one unit and their sum stays below 2**53 units, float64 adds them
without rounding, and then no order, block size, thread count or processor changes the result. So
every operand is first rounded to a grid: with the largest magnitude below 2**e and p bits, to
multiples of the unit 2**(e − p). With p and q bits and K terms all sums are exact if

    p + q + ⌈log₂ K⌉ ≤ 53.

Which numbers share a unit decides what a result may depend on:

- an array of samples (activations, gradients of activations) has one unit for each sample, so
  the output of a sample never depends on the samples beside it, and `predict` gives equal bits
  for every batch size;
- weights have one unit for the whole array;
- a sum over the batch (the gradient of the weights) needs one unit for all its terms. The samples
  keep their own units, and the other factor makes up for the differences: term n is a multiple of
  unit_x[n] · unit_G[n], and unit_G[n] is chosen so that this product is the same for every n. It
  follows from the largest |x_n| |G_n| of the whole batch, which is found before the batch is cut
  into parts. So the cut does not matter.

Rounding to a grid costs two operations, ``(x + c) − c`` with c = 1.5 · 2**52 units (float64) or
1.5 · 2**23 units (float32): in the sum the last bit of the significand is worth one unit.

float32 arrays are one slice of 20 bits (samples) or up to 22 bits (weights). float64 arrays are
three slices of 20 bits, each the rounding error of the one before, and a product adds up the six
products of slices that matter.

References
----------
Ozaki, Ogita, Oishi, Rump, "Error-free transformations of matrix multiplication by using fast
routines of matrix multiplication and its applications", 2012; Demmel, Nguyen, "Fast reproducible
floating-point summation", 2013.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.threads import for_each
from np_layers.kernels.workspace import Workspace

SAMPLE_BITS = 20
MAX_BITS = 22  # (x + c) − c in float32 keeps no more
MAX_TERMS = 1 << 17  # of an exact sum over a batch; a longer sum is cut into blocks
SUM_BITS = 53  # integers up to 2**53 are exact in float64

BLOCK = 1 << 16  # elements rounded at once: they stay in a second-level cache
SIGNIFICAND = {np.dtype(np.float32): 23, np.dtype(np.float64): 52}
SLICES = {np.dtype(np.float32): 1, np.dtype(np.float64): 3}
# No scale is smaller, so that units and products are normal numbers. Much smaller elements become
# zero. So float32 subnormals, which some processors set to zero, never have an effect.
SMALLEST_SCALE = {np.dtype(np.float32): 2.0**-101, np.dtype(np.float64): 2.0**-401}
FLOAT32_SHIFT = 2.0**126  # the largest (x + c) − c for which float32 is wide enough
EXPONENT_FIELD = np.int64(0x7FF0_0000_0000_0000)  # of a float64

Memory = Callable[[str, Shape], Array]


class Operand:
    """An array, and its values rounded to a grid when a product asks for them.

    Attributes
    ----------
    values : ndarray
        The array as it was given; it must not change while the operand is in use.
    scale : ndarray of shape (1, …) or (batch, 1, …)
        Powers of two with |values| < scale: one for the array, or one for each sample.
    bits : int
        The unit is scale / 2**bits.
    """

    def __init__(
        self, values: Array, scale: Array, bits: int, memory: Memory | None = None
    ) -> None:
        self.values = values
        self.scale = scale
        self.bits = bits
        self._memory = memory or (lambda name, shape: np.empty(shape))
        self._slices: tuple[Array, ...] | None = None

    @property
    def slices(self) -> tuple[Array, ...]:
        """Float64 arrays on grids, whose sum is ``values`` up to half of the last unit."""
        if self._slices is None:
            unit = self.scale * 2.0**-self.bits
            self._slices = slices(self.values, unit, self.bits, self._memory)
        return self._slices


def samples(x: Array, memory: Memory | None = None) -> Operand:
    """Return an operand with one unit for each sample x[n].

    Examples
    --------
    >>> x = np.array([[1 / 3, 1.0], [1e-6, 0.0]])
    >>> np.log2(samples(x).scale).ravel()
    array([  1., -19.])
    """
    return Operand(x, scales(x, tuple(range(1, x.ndim))), SAMPLE_BITS, memory)


def weights(W: Array, terms: int, memory: Memory | None = None) -> Operand:
    """Return an operand with one unit, for products with samples in sums of ``terms`` terms.

    Examples
    --------
    >>> weights(np.ones((784, 128)), terms=784).bits
    22
    >>> weights(np.ones((9000, 10)), terms=9000).bits
    19
    """
    largest = max(float(W.max(initial=0)), -float(W.min(initial=0)))
    if largest < np.inf:
        scale = _power_above(np.full((1,) * W.ndim, largest), W.dtype)
    else:
        scale = scales(W, tuple(range(W.ndim)))
    return Operand(W, scale, bits_beside_samples(terms), memory)


def bits_beside_samples(terms: int) -> int:
    """Return how many bits a factor of samples may keep in a sum of so many terms."""
    needed = (max(terms, 1) - 1).bit_length()  # ⌈log₂ terms⌉
    return min(MAX_BITS, SUM_BITS - SAMPLE_BITS - needed)


def scales(x: Array, axes: tuple[int, ...]) -> Array:
    """Return the smallest powers of two above |x| and `SMALLEST_SCALE` along the axes (kept).

    Infinities and NaN count as zero.
    """
    magnitude = np.abs(x, out=scratch("magnitude", x.shape, x.dtype))
    largest = np.maximum.reduce(magnitude, axis=axes, keepdims=True, initial=0)
    if x.size and not np.maximum.reduce(largest, axis=None) < np.inf:
        magnitude[~np.isfinite(magnitude)] = 0
        largest = np.maximum.reduce(magnitude, axis=axes, keepdims=True, initial=0)
    return _power_above(largest.astype(np.float64), x.dtype)


def _power_above(largest: Array, dtype: np.dtype[Any]) -> Array:
    """Return the smallest powers of two above ``largest`` (float64) and `SMALLEST_SCALE`."""
    np.maximum(largest, SMALLEST_SCALE[dtype], out=largest)
    power: Array = (largest.view(np.int64) & EXPONENT_FIELD).view(np.float64)
    power *= 2
    return power


def slices(x: Array, unit: Array, bits: int, memory: Memory) -> tuple[Array, ...]:
    """Return x as a sum of float64 arrays, the first in multiples of ``unit``.

    The unit of each later array is 2**bits times smaller. It holds the rounding error of those
    before it.
    """
    first = memory("slice 0", x.shape)
    snap(x, unit, first)
    parts, rest = [first], x
    for i in range(1, SLICES[x.dtype]):
        with np.errstate(invalid="ignore"):  # ∞ − ∞
            rest = rest - parts[-1]
        parts.append(memory(f"slice {i}", x.shape))
        snap(rest, unit * 2.0 ** (-i * bits), parts[-1])
    return tuple(parts)


def snap(x: Array, unit: Array, out: Array) -> None:
    """Write x, rounded to the nearest multiples of ``unit``, into the float64 array ``out``.

    ``unit`` holds one power of two, or one for each x[n]. |x| must be at most 2**22 units for
    float32, 2**51 for float64. Infinities and NaN do not change.

    Examples
    --------
    >>> out = np.empty(3)
    >>> snap(np.array([0.3, -0.3, 5.0]), np.array([0.25]), out)
    >>> out
    array([ 0.25, -0.25,  5.  ])
    """
    if x.size == 0:
        return
    c: Array = unit * (1.5 * 2.0 ** SIGNIFICAND[x.dtype])
    if x.dtype == np.float32 and np.maximum.reduce(c, axis=None) < FLOAT32_SHIFT:
        c = c.astype(np.float32)
    elif x.dtype == np.float32:  # the same result in float64; slower
        c = unit * (1.5 * 2.0**52)

    def snap_part(part: slice) -> None:
        shift = c[part] if c.size > 1 else c.reshape(())
        shifted = np.add(x[part], shift, out=scratch("shifted", x[part].shape, c.dtype))
        shifted -= shift
        out[part] = shifted

    for_each(snap_part, len(x), step=block_length(x))


def block_length(x: Array) -> int:
    """Return how many x[n] are rounded at once."""
    return max(1, BLOCK * len(x) // max(1, x.size))


class _Local(threading.local):
    def __init__(self) -> None:
        self.workspace = Workspace()


_local = _Local()


def scratch(name: str, shape: Shape, dtype: DTypeLike = np.float64) -> Array:
    """Return an array of this thread's `Workspace`."""
    return _local.workspace.empty(name, shape, dtype)
