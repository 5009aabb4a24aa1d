"""Max pooling: of each window only the largest value is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.threads import for_each, scratch
from np_layers.kernels.windows import pair, pool_windows
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class MaxPool2D(Layer):
    """y[n, c, h, w] = max_ij xp[n, c, h·stride + i, w·stride + j].

    xp is x with ``padding`` rows and columns of −∞ around it, which are never the largest.

    Parameters
    ----------
    kernel_size
        Rows and columns of a window, one integer or two.
    stride
        Step from window to window, one integer or two; None: ``kernel_size``, so that the
        windows do not overlap.
    padding
        At most half of the kernel, one integer or two.

    Notes
    -----
    Shapes: x (N, C, H, W), y (N, C, Ho, Wo) with Ho = ⌊(H + 2·padding − kh) / stride⌋ + 1 and Wo
    alike. Rows and columns that no window covers are left out, and get the gradient 0.

    References
    ----------
    Ranzato et al., "Unsupervised learning of invariant feature hierarchies", 2007.

    Examples
    --------
    >>> layer = MaxPool2D(2)
    >>> layer.build((1, 2, 4), rng=np.random.default_rng(0), dtype=np.float32)
    (1, 1, 2)
    >>> layer.forward(np.array([[[[1, 2, 5, 0], [4, 3, 1, 1]]]]))
    array([[[[4., 5.]]]], dtype=float32)
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int] = 2,
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
    ) -> None:
        self.kernel_size = pair("kernel_size", kernel_size, least=1)
        self.stride = self.kernel_size if stride is None else pair("stride", stride, least=1)
        self.padding = pair("padding", padding, least=0)
        self._windows = pool_windows(self.kernel_size, self.stride, self.padding)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Return (C, Ho, Wo); there is nothing to draw."""
        Ho, Wo = self._windows.output_shape(input_shape, "MaxPool2D")
        self._output_shape = input_shape[0], Ho, Wo
        self._inside: Array | None = None
        super().build(input_shape, rng=rng, dtype=dtype)
        return self._output_shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the largest value of each window, shape (N, C, Ho, Wo); NaN where there is one."""
        x = self.check_input(x)
        windows, shape = self._windows, (len(x), *self._output_shape)
        y = self.buffer("output", shape, training=training)
        places = math.prod(self.kernel_size)
        chosen = inside = None
        if training:
            inside = self._in_image()
            chosen = self.buffer("chosen", (places, *shape), dtype=np.bool_)
            self.save_for_backward(chosen)

        def fill(images: slice) -> None:
            largest = y[images]
            (values,) = scratch((places, *largest.shape), dtype=x.dtype)
            np.stack(windows.taps(windows.pad(x[images], -math.inf)), out=values)
            np.maximum.reduce(values, axis=0, out=largest)
            if chosen is not None:
                _choose(values, largest, inside, chosen[:, images])

        for_each(fill, len(x), step=windows.images_at_once(x))
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx: dL/dy goes to the place that gave the maximum, all others get 0.

        Where several places of a window hold the maximum, the first in reading order gets all of
        it (PyTorch's choice), so that Σ dL/dx = Σ dL/dy. A pixel that is the maximum of several
        windows gets the sum.
        """
        (chosen,) = self.saved()
        if not input_gradient:
            return None
        windows = self._windows
        dx = self.buffer("grad_input", (len(grad_output), *(self.input_shape or ())))

        def fill(images: slice) -> None:
            G, grad = grad_output[images], dx[images]
            grad_xp = windows.padded_zeros(grad)
            for place, given in zip(windows.taps(grad_xp), chosen[:, images], strict=True):
                if windows.overlap:
                    place += np.multiply(G, given)
                else:
                    np.multiply(G, given, out=place)
            windows.unpad(grad_xp, grad)

        for_each(fill, len(dx), step=windows.images_at_once(dx))
        return dx

    def _in_image(self) -> Array | None:
        """Return which places of each window are no padding, (places, 1, 1, Ho, Wo); None: all.

        Made by the first training forward, so that a model from a hostile file costs nothing.
        """
        if self._inside is None and any(self.padding):
            image = np.ones((1, 1, *(self.input_shape or ())[1:]), np.bool_)
            self._inside = np.stack(self._windows.taps(self._windows.pad(image, 0)))
        return self._inside

    @property
    def flops(self) -> int:
        """One comparison less than there are places in a window, for each output number."""
        kh, kw = self.kernel_size
        return math.prod(self._output_shape) * (kh * kw - 1)


def _choose(values: Array, largest: Array, inside: Array | None, chosen: Array) -> None:
    """Mark in ``chosen``, in place, the first of the values of each window that is the largest.

    values (places, …) and largest (…) are numbers, chosen (places, …) truth values; where inside
    (places, 1, 1, Ho, Wo), if given, is False there is only padding. A NaN is the largest, and
    equals nothing.
    """
    np.equal(values, largest, out=chosen)
    if np.isnan(largest).any():
        chosen |= np.isnan(values)
    if inside is not None:
        chosen &= inside
    free = np.ones(largest.shape, np.bool_)
    for mark in chosen:
        mark &= free
        free ^= mark
