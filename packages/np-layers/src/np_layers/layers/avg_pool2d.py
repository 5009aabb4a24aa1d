"""Average pooling: each window is replaced by its mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.threads import for_each
from np_layers.kernels.windows import pair, pool_windows
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class AvgPool2D(Layer):
    """y[n, c, h, w] = Σ_ij xp[n, c, h·stride + i, w·stride + j] / (kh·kw).

    xp is x with ``padding`` zeros around it; they count in the mean, as in PyTorch.

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
    LeCun et al., "Gradient-based learning applied to document recognition", 1998 (sub-sampling).

    Examples
    --------
    >>> layer = AvgPool2D(2)
    >>> layer.build((1, 2, 4), rng=np.random.default_rng(0), dtype=np.float32)
    (1, 1, 2)
    >>> layer.forward(np.array([[[[1, 2, 5, 0], [4, 3, 1, 0]]]]))
    array([[[[2.5, 1.5]]]], dtype=float32)
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
        Ho, Wo = self._windows.output_shape(input_shape, "AvgPool2D")
        self._output_shape = input_shape[0], Ho, Wo
        super().build(input_shape, rng=rng, dtype=dtype)
        return self._output_shape

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
        """Return dL/dx: every place of a window gets dL/dy / (kh·kw), summed over the windows."""
        (N,) = self.saved()
        if not input_gradient:
            return None
        windows, area = self._windows, math.prod(self.kernel_size)
        dx = self.buffer("grad_input", (N, *(self.input_shape or ())))

        def fill(images: slice) -> None:
            share, grad = grad_output[images] / area, dx[images]
            grad_xp = windows.padded_zeros(grad)
            for place in windows.taps(grad_xp):
                if windows.overlap:
                    place += share
                else:
                    place[...] = share
            windows.unpad(grad_xp, grad)

        for_each(fill, N, step=windows.images_at_once(dx))
        return dx

    @property
    def flops(self) -> int:
        """One addition or division for each place in a window, for each output number."""
        return math.prod(self._output_shape) * math.prod(self.kernel_size)
