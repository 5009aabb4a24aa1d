"""Pooling layers: a window of pixels becomes its maximum or its mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.threads import for_each, scratch
from np_layers.kernels.windows import Windows, check_image, pair
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


class _Pool2D(Layer):
    """The options and shapes that `MaxPool2D` and `AvgPool2D` share."""

    def __init__(
        self,
        kernel_size: int | Sequence[int] = 2,
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
    ) -> None:
        self.kernel_size = pair("kernel_size", kernel_size, minimum=1)
        self.stride = self.kernel_size if stride is None else pair("stride", stride, minimum=1)
        self.padding = pair("padding", padding, minimum=0)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"padding must be at most half of kernel_size {self.kernel_size}, got "
                f"{self.padding}; otherwise a window holds nothing but padding"
            )
        self._windows = Windows(self.kernel_size, self.stride, self.padding, self.padding)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Return (C, Ho, Wo). The layer has no parameters."""
        Ho, Wo = self._windows.output_shape(input_shape, type(self).__name__)
        self._output_shape = input_shape[0], Ho, Wo
        super().build(input_shape, rng=rng, dtype=dtype)
        return self._output_shape


@register
class MaxPool2D(_Pool2D):
    """y[n, c, h, w] = max_ij xp[n, c, h·stride + i, w·stride + j].

    xp is x with ``padding`` rows and columns of −∞ around it, so the padding is never the maximum.

    Parameters
    ----------
    kernel_size : int or pair of int
        Rows and columns of a window.
    stride : int or pair of int or None
        Step from one window to the next. None means ``kernel_size``: windows do not overlap.
    padding : int or pair of int
        At most half of ``kernel_size``.

    Notes
    -----
    Shapes: x (N, C, H, W), y (N, C, Ho, Wo) with Ho = ⌊(H + 2·padding − kh) / stride⌋ + 1, and Wo
    in the same way. Rows and columns outside all windows are not used; their gradient is 0.

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

    _in_image: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the maximum of each window, shape (N, C, Ho, Wo); NaN if the window has a NaN."""
        x = self.check_input(x)
        windows, shape = self._windows, (len(x), *self._output_shape)
        y = self.buffer("output", shape, training=training)
        positions = math.prod(self.kernel_size)
        chosen = None
        if training:
            # It is not made in build, where a malicious model file could make it huge.
            if self._in_image is None and any(self.padding):
                image = np.ones((1, 1, *(self.input_shape or ())[1:]), np.bool_)
                self._in_image = np.stack(windows.taps(windows.pad(image, 0)))
            chosen = self.buffer("chosen", (positions, *shape), dtype=np.bool_)
            self.save_for_backward(chosen)

        def fill(images: slice) -> None:
            maximum = y[images]
            (values,) = scratch((positions, *maximum.shape), dtype=x.dtype)
            np.stack(windows.taps(windows.pad(x[images], -math.inf)), out=values)
            np.maximum.reduce(values, axis=0, out=maximum)
            maximum += 0  # the sign of a zero depends on the processor; −0.0 + 0 is 0.0
            if chosen is not None:
                _choose(values, maximum, self._in_image, chosen[:, images])

        for_each(fill, len(x), step=windows.images_at_once(x))
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx: dL/dy goes to the pixel that was the maximum, all others get 0.

        If several pixels of a window are equal to the maximum, the first in reading order gets
        all of it, as in PyTorch. So Σ dL/dx = Σ dL/dy. A pixel that is the maximum of several
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
            for tap, is_chosen in zip(windows.taps(grad_xp), chosen[:, images], strict=True):
                if windows.overlap:
                    tap += np.multiply(G, is_chosen)
                else:
                    np.multiply(G, is_chosen, out=tap)
            windows.unpad(grad_xp, grad)

        for_each(fill, len(dx), step=windows.images_at_once(dx))
        return dx

    @property
    def flops(self) -> int:
        """Comparisons: kh · kw − 1 for each output number."""
        return math.prod(self._output_shape) * (math.prod(self.kernel_size) - 1)


@register
class AvgPool2D(_Pool2D):
    """y[n, c, h, w] = Σ_ij xp[n, c, h·stride + i, w·stride + j] / (kh·kw).

    xp is x with ``padding`` zeros around it. The zeros count in the mean, as in PyTorch.

    Parameters
    ----------
    kernel_size, stride, padding : int or pair of int
        As in `MaxPool2D`.

    Notes
    -----
    Shapes: as in `MaxPool2D`.

    References
    ----------
    LeCun et al., "Gradient-based learning applied to document recognition", 1998 (sub-sampling).

    Examples
    --------
    >>> layer = AvgPool2D(2)
    >>> layer.build((1, 2, 4), rng=np.random.default_rng(0), dtype=np.float32)
    (1, 1, 2)
    >>> layer.forward(np.array([[[[1, 2, 5, 0], [4, 3, 1, 0]]]]))
    array([[[[2.5, 1.5]]]], dtype=float32)
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the mean of each window, shape (N, C, Ho, Wo)."""
        x = self.check_input(x)
        y = self.buffer("output", (len(x), *self._output_shape), training=training)
        area = math.prod(self.kernel_size)

        def fill(images: slice) -> None:
            first, *others = self._windows.taps(self._windows.pad(x[images], 0))
            total = y[images]
            total[...] = first
            for tap in others:
                total += tap
            total /= area

        for_each(fill, len(x), step=self._windows.images_at_once(x))
        if training:
            self.save_for_backward(len(x))
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx: each pixel of a window gets dL/dy / (kh·kw), summed over the windows."""
        (N,) = self.saved()
        if not input_gradient:
            return None
        windows, area = self._windows, math.prod(self.kernel_size)
        dx = self.buffer("grad_input", (N, *(self.input_shape or ())))

        def fill(images: slice) -> None:
            share, grad = grad_output[images] / area, dx[images]
            grad_xp = windows.padded_zeros(grad)
            for tap in windows.taps(grad_xp):
                if windows.overlap:
                    tap += share
                else:
                    tap[...] = share
            windows.unpad(grad_xp, grad)

        for_each(fill, N, step=windows.images_at_once(dx))
        return dx

    @property
    def flops(self) -> int:
        """Additions and divisions: kh · kw for each output number."""
        return math.prod(self._output_shape) * math.prod(self.kernel_size)


@register
class GlobalAvgPool2D(Layer):
    """y[n, c] = Σ_hw x[n, c, h, w] / (H·W): each map becomes its mean, an image becomes a row.

    Notes
    -----
    Shapes: x (N, C, H, W), y (N, C), which `Dense` accepts.

    References
    ----------
    Lin, Chen, Yan, "Network in network", 2014, https://arxiv.org/abs/1312.4400.

    Examples
    --------
    >>> layer = GlobalAvgPool2D()
    >>> layer.build((2, 1, 2), rng=np.random.default_rng(0), dtype=np.float32)
    (2,)
    >>> layer.forward(np.array([[[[1, 2]], [[3, 5]]]]))
    array([[1.5, 4. ]], dtype=float32)
    """

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Return (C,). The layer has no parameters."""
        check_image(input_shape, "GlobalAvgPool2D")
        super().build(input_shape, rng=rng, dtype=dtype)
        return (input_shape[0],)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the mean of each map, shape (N, C)."""
        x = self.check_input(x)
        N, C, H, W = x.shape
        y = self.buffer("output", (N, C), training=training)
        # The order of a sum depends on the memory layout, so x must always have the same layout.
        self.arithmetic.total(np.ascontiguousarray(x).reshape(N, C, H * W), 2, out=y)
        y /= H * W
        if training:
            self.save_for_backward(N)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx[n, c, h, w] = dL/dy[n, c] / (H·W): all pixels have the same weight."""
        (N,) = self.saved()
        if not input_gradient:
            return None
        C, H, W = self.input_shape or ()
        dx = self.buffer("grad_input", (N, C, H, W))
        return np.divide(grad_output[:, :, None, None], H * W, out=dx)

    @property
    def flops(self) -> int:
        """H · W for each map: about one addition for each pixel."""
        return math.prod(self.input_shape or ())


def _choose(values: Array, maximum: Array, in_image: Array | None, chosen: Array) -> None:
    """Mark the first value of each window that is equal to its maximum, in place.

    A NaN counts as the maximum. Positions in the padding are never marked.

    Parameters
    ----------
    values, maximum : ndarray of shape (positions, …), ndarray of shape (…)
        The pixels of each window, and the largest one.
    in_image : ndarray of bool of shape (positions, 1, 1, Ho, Wo) or None
        False where a window has padding; None without padding.
    chosen : ndarray of bool of shape (positions, …)
        The result.
    """
    np.equal(values, maximum, out=chosen)
    if np.isnan(maximum).any():
        chosen |= np.isnan(values)
    if in_image is not None:
        chosen &= in_image
    free = np.ones(maximum.shape, np.bool_)
    for mark in chosen:
        mark &= free
        free ^= mark
