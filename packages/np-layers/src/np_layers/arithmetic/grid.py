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
  keep their own units, and the other factor takes up the difference: term n is a multiple of
  unit_x[n] · unit_G[n], and unit_G[n] is chosen so that this product is the same for every n. It
  follows from the largest |x_n| |G_n| of the whole batch, found before the batch is cut into
  parts, so the cut does not matter.

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

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from np_layers._types import Array, Shape

SAMPLE_BITS = 20
MAX_BITS = 22  # (x + c) − c in float32 keeps no more
MAX_TERMS = 1 << 17  # of an exact sum; longer ones are cut into blocks
SUM_BITS = 53  # integers up to 2**53 are exact in float64

BLOCK = 1 << 16  # elements rounded at once: they stay in a second-level cache
SIGNIFICAND = {np.dtype(np.float32): 23, np.dtype(np.float64): 52}
SLICES = {np.dtype(np.float32): 1, np.dtype(np.float64): 3}
# Exponents are kept between these, so that units and products are normal numbers. Magnitudes below
# the least become zero: float32 subnormals, which some processors flush, never have an effect.
LEAST = {np.dtype(np.float32): -100, np.dtype(np.float64): -400}
FLOAT32_UNIT = 101  # largest exponent of a unit for which float32 holds c

Memory = Callable[[str, Shape], Array]


class Operand:
    """An array, and its values rounded to a grid when a product asks for them.

    Attributes
    ----------
    values : ndarray
        The array as it was given; it must not change while the operand is in use.
    exponent : int or ndarray of shape (batch, 1, …)
        |values| < 2**exponent, one for the array or one for each sample.
    bits : int
        Bits that the grid keeps below ``exponent``.
    """

    def __init__(
        self, values: Array, exponent: int | Array, bits: int, memory: Memory | None = None
    ) -> None:
        self.values = values
        self.exponent = exponent
        self.bits = bits
        self._memory = memory or (lambda name, shape: np.empty(shape))
        self._slices: tuple[Array, ...] | None = None

    @property
    def slices(self) -> tuple[Array, ...]:
        """Float64 arrays on grids, whose sum is ``values`` up to half of the last unit."""
        if self._slices is None:
            self._slices = slices(self.values, self.exponent - self.bits, self.bits, self._memory)
        return self._slices


def samples(x: Array, memory: Memory | None = None) -> Operand:
    """Return an operand with one unit for each sample x[n].

    Examples
    --------
    >>> x = np.array([[1 / 3, 1.0], [1e-6, 0.0]])
    >>> samples(x).exponent.ravel().tolist()
    [1, -19]
    """
    axes = tuple(range(1, x.ndim))
    return Operand(x, exponents(x, axes), SAMPLE_BITS, memory)


def weights(W: Array, terms: int, memory: Memory | None = None) -> Operand:
    """Return an operand with one unit, for products with samples in sums of ``terms`` terms.

    Examples
    --------
    >>> weights(np.ones((784, 128)), terms=784).bits
    22
    >>> weights(np.ones((9000, 10)), terms=9000).bits
    19
    """
    return Operand(W, exponent_of(W), bits_beside_samples(terms), memory)


def bits_beside_samples(terms: int) -> int:
    """Return how many bits a factor of samples may keep in a sum of so many terms."""
    needed = (min(max(terms, 1), MAX_TERMS) - 1).bit_length()  # ⌈log₂ terms⌉
    return min(MAX_BITS, SUM_BITS - SAMPLE_BITS - needed)


def exponent_of(x: Array) -> int:
    """Return an e with |x| < 2**e for all finite elements, the least that is at least `LEAST`."""
    if x.size == 0:
        return LEAST[x.dtype]
    largest = max(float(x.max()), -float(x.min()))
    if not math.isfinite(largest):
        largest = float(np.max(np.abs(x), where=np.isfinite(x), initial=0))
    return max(math.frexp(largest)[1], LEAST[x.dtype]) if largest else LEAST[x.dtype]


def exponents(x: Array, axes: tuple[int, ...]) -> Array:
    """Return an e as `exponent_of` does, for each maximum along the axes (which are kept)."""
    magnitude = np.abs(x, out=scratch("magnitude", x.shape, x.dtype))
    largest = np.max(magnitude, axis=axes, keepdims=True, initial=0)
    e = _exponent_field(largest)
    if e.max(initial=0) > np.finfo(x.dtype).maxexp:  # the field of infinity and NaN
        finite = np.isfinite(magnitude)
        e = _exponent_field(np.max(magnitude, axis=axes, keepdims=True, initial=0, where=finite))
    return np.maximum(e, LEAST[x.dtype], out=e)


def _exponent_field(x: Array) -> Array:
    """Return e with 2**(e − 1) ≤ x < 2**e for normal x > 0; a number below all for 0."""
    field = x.view(f"i{x.itemsize}") >> SIGNIFICAND[x.dtype]
    field += np.finfo(x.dtype).minexp
    return field


def slices(x: Array, unit: int | Array, bits: int, memory: Memory) -> tuple[Array, ...]:
    """Return x as a sum of float64 arrays, the first in multiples of 2**unit.

    Each further one has a unit that is 2**bits smaller, and holds what the ones before left.
    """
    first = memory("slice 0", x.shape)
    snap(x, unit, first)
    parts, rest = [first], x
    for i in range(1, SLICES[x.dtype]):
        with np.errstate(invalid="ignore"):  # ∞ − ∞
            rest = rest - parts[-1]
        parts.append(memory(f"slice {i}", x.shape))
        snap(rest, unit - i * bits, parts[-1])
    return tuple(parts)


def snap(x: Array, unit: int | Array, out: Array) -> None:
    """Write x, rounded to the nearest multiples of 2**unit, into the float64 array ``out``.

    ``unit`` is an integer, or one for each x[n]. |x| must be at most 2**22 units
    for float32, 2**51 for float64. Infinities and NaN stay what they are.

    Examples
    --------
    >>> out = np.empty(3)
    >>> snap(np.array([0.3, -0.3, 5.0]), -2, out)
    >>> out
    array([ 0.25, -0.25,  5.  ])
    """
    if x.size == 0:
        return
    dtype = x.dtype
    if dtype == np.float32 and np.max(unit) > FLOAT32_UNIT:
        dtype = np.dtype(np.float64)  # the same result; slower
    c = np.ldexp(dtype.type(1.5), unit + SIGNIFICAND[dtype])
    step = max(1, BLOCK * len(x) // x.size)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        shift = c[part] if np.ndim(c) else c
        shifted = np.add(x[part], shift, out=scratch("shifted", x[part].shape, dtype))
        np.subtract(shifted, shift, out=out[part])


class _Scratch(threading.local):
    def __init__(self) -> None:
        self.memory: dict[tuple[str, Any], Array] = {}


_scratch = _Scratch()


def scratch(name: str, shape: Shape, dtype: Any = np.float64) -> Array:
    """Return uninitialised memory of this thread, valid until the name is asked for again."""
    size = math.prod(shape)
    memory = _scratch.memory.get((name, dtype))
    if memory is None or memory.size < size:
        memory = _scratch.memory[name, dtype] = np.empty(size, dtype)
    return memory[:size].reshape(shape)
