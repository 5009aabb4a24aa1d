"""Dropout: in training, elements are set to zero at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative
from np_layers._types import Array, Shape
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Dropout(Layer):
    """y = x · m / (1 − rate) in training, where m is 0 with probability ``rate`` and else 1.

    In evaluation y = x. The division by 1 − rate (inverted dropout) makes x the expected output in
    training too, so evaluation needs no correction.

    Parameters
    ----------
    rate : float
        Probability of zero, in [0, 1).

    Notes
    -----
    The mask m is computed from the buffers ``"seed"`` (drawn in `build`) and ``"step"`` (counts
    training forwards) by a counter-based generator. So a run that continues from saved buffers
    draws the same masks as a run without interruption.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014;
    Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011 (Philox).

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> layer.build((6,), rng=np.random.default_rng(0), dtype=np.float32)
    (6,)
    >>> layer.forward(np.ones((1, 6)))
    array([[1., 1., 1., 1., 1., 1.]], dtype=float32)
    >>> set(layer.forward(np.ones((1, 6)), training=True).ravel().tolist())
    {0.0, 2.0}
    """

    def __init__(self, rate: float) -> None:
        self.rate = not_negative("rate", rate)
        if self.rate >= 1:
            raise ValueError(f"rate must be in [0, 1), got {rate!r}; 1 would leave only zeros")

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Draw the seed of all masks."""
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_buffer("seed", np.asarray(rng.integers(2**64, dtype=np.uint64)))
        self.add_buffer("step", np.zeros((), np.int64))
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return x; in training, with some elements set to zero and the others scaled up."""
        x = self.check_input(x)
        if not training:
            return self.hand_out(x, x)
        mask = self._mask(x.shape)
        self._buffers["step"] += 1
        self.save_for_backward(mask)
        return np.multiply(x, mask, out=self.buffer("output", x.shape))

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = dL/dy · m / (1 − rate), with the mask of the forward."""
        (mask,) = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", mask.shape)
        np.multiply(grad_output, mask, out=grad)
        return grad

    def _mask(self, shape: Shape) -> Array:
        """Return m / (1 − rate) of the current step."""
        seed, step = int(self._buffers["seed"]), int(self._buffers["step"])
        philox = np.random.Philox(key=[seed, 0], counter=[0, 0, 0, step])
        # Both dtypes draw in float32, so that float32 and float64 models have the same masks.
        draws = self.buffer("draws", shape, dtype=np.float32)
        np.random.Generator(philox).random(dtype=np.float32, out=draws)
        mask = self.buffer("mask", shape)
        np.greater_equal(draws, np.float32(self.rate), out=mask)
        mask /= 1 - self.rate
        return mask
