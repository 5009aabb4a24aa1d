"""Convolutional layer: small filters that are applied at every position of an image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative, positive_int
from np_layers._types import Array, Shape
from np_layers.initializers import Initializer, bias_initializer, get_initializer
from np_layers.kernels import im2col, shifted, winograd
from np_layers.kernels.threads import for_each
from np_layers.kernels.windows import Pair, Windows, pair
from np_layers.layers.base import Layer
from np_layers.layers.registry import register

MAX_PARTS = 8  # parts of a batch whose weight gradients are summed apart


@register
class Conv2D(Layer):
    """y = W ⋆ x + b: each output map is the response of one filter at every position.

    y[n, f, h, w] = Σ_cij W[f, c, i, j] xp[n, c, h·stride + i, w·stride + j] + b[f], where xp is x
    with ``padding`` zeros around it. In mathematics this is a cross-correlation, because the filter
    is not turned by 180°.

    Parameters
    ----------
    filters : int
        Number F of filters and of output maps.
    kernel_size : int or pair of int
        Rows and columns of a filter.
    stride : int or pair of int
        Step from one window to the next.
    padding : int, pair of int or "same"
        Zeros on each side of the height and of the width. ``"same"`` keeps height and width with
        stride 1; an even kernel gets one more zero at the end.
    weight_init, bias_init : str, mapping or function
        Initialisers, by name or as functions. Without ``bias_init`` the bias is zero, or drawn like
        the weight if that is ``"torch_uniform"``.
    bias : bool
        False leaves out b.
    l1, l2 : float
        Penalty l1 ‖W‖₁ + l2/2 ‖W‖² on the weight. The bias has no penalty.

    Notes
    -----
    Shapes: x (N, C, H, W), W = ``"weight"`` (F, C, kh, kw), b = ``"bias"`` (F,), y (N, F, Ho, Wo)
    with Ho = ⌊(H + 2·padding − kh) / stride⌋ + 1, and Wo in the same way. The kernels are `shifted`
    for stride 1 with a padding smaller than the filter, `winograd` for 3×3 filters with many
    channels, and `im2col` for the rest.

    References
    ----------
    LeCun et al., "Backpropagation applied to handwritten zip code recognition", 1989.

    Examples
    --------
    >>> layer = Conv2D(1, 3, padding="same", weight_init="zeros")
    >>> layer.build((1, 2, 2), rng=np.random.default_rng(0), dtype=np.float32)
    (1, 2, 2)
    >>> layer.parameters()["weight"][0, 0, 1] = [-1, 0, 1]
    >>> layer.forward(np.array([[[[1, 2], [3, 5]]]]))
    array([[[[ 2., -1.],
             [ 5., -3.]]]], dtype=float32)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] | str = 0,
        *,
        weight_init: str | Mapping[str, Any] | Initializer = "he_normal",
        bias_init: str | Mapping[str, Any] | Initializer | None = None,
        bias: bool = True,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        self.filters = positive_int("filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size, minimum=1)
        self.stride = pair("stride", stride, minimum=1)
        self.padding = padding if isinstance(padding, str) else pair("padding", padding, minimum=0)
        self.weight_init = get_initializer(weight_init)
        self.bias_init = None if bias_init is None else get_initializer(bias_init)
        self.bias = bool(bias)
        self.l1 = not_negative("l1", l1)
        self.l2 = not_negative("l2", l2)
        self._windows = _windows(self.kernel_size, self.stride, self.padding)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Draw W (F, C, kh, kw), then b (F,), and return (F, Ho, Wo)."""
        self._output_shape = (self.filters, *self._windows.output_shape(input_shape, "Conv2D"))
        super().build(input_shape, rng=rng, dtype=dtype)
        area = math.prod(self.kernel_size)
        fans = {"fan_in": input_shape[0] * area, "fan_out": self.filters * area}
        shape = (self.filters, input_shape[0], *self.kernel_size)
        self.add_parameter("weight", self.weight_init(shape, **fans, rng=rng, dtype=dtype))
        if self.bias:
            init = bias_initializer(self.bias_init, self.weight_init)
            self.add_parameter("bias", init((self.filters,), **fans, rng=rng, dtype=dtype))
        return self._output_shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = W ⋆ x + b, shape (N, F, Ho, Wo)."""
        x = self.check_input(x)
        y = self.buffer("output", (len(x), *self._output_shape), training=training)
        kernels, b = self._kernels(), self._parameters.get("bias")
        W = self._parameters["weight"]
        if kernels is winograd:
            W = winograd.transform_filters(W)

        def fill(images: slice) -> None:
            kernels.convolve(x[images], W, b, y[images], self._windows)

        for_each(fill, len(x), step=self._images_at_once())
        if training:
            self.save_for_backward(x)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx for G = dL/dy.

        With stride 1, W[f, c, i, j] is multiplied by xp[n, c, h + i, w + j] in every y[n, f, h, w],
        so dL/dW[f, c, i, j] = Σ_nhw G[n, f, h, w] xp[n, c, h + i, w + j]. The bias b[f] is added to
        all of y[n, f], so dL/db[f] = Σ_nhw G[n, f, h, w]. For each position in the filter, one
        window sees a pixel: dL/dxp[n, c, r, s] = Σ_fij W[f, c, i, j] G[n, f, r − i, s − j], where
        G is 0 outside the map; dL/dx is dL/dxp without the padding. The penalty adds
        l1 sign(W) + l2 W to dL/dW.
        """
        (x,) = self.saved()
        kernels, at_once = self._kernels(), self._images_at_once()
        W = self._parameters["weight"]
        if kernels is winograd:
            W = winograd.transform_filters(W)
        dx = self.buffer("grad_input", x.shape) if input_gradient else None
        # The gradients of a few parts of the batch are summed apart and then added in order. The
        # number of parts depends on the shapes alone, so the bits do not depend on the threads.
        parts = max(1, min(MAX_PARTS, -(-len(x) // at_once)))
        step = max(1, -(-len(x) // parts))
        dW = self.buffer("sums of weight", (parts, *W.shape))
        db = self.buffer("sums of bias", (parts, self.filters)) if self.bias else None
        dW[...] = 0
        if db is not None:
            db[...] = 0

        def add_part(part: slice) -> None:
            i = part.start // step
            sums = dW[i], None if db is None else db[i]
            for start in range(part.start, part.stop, at_once):
                images = slice(start, min(start + at_once, part.stop))
                dx_part = None if dx is None else dx[images]
                kernels.backward(x[images], grad_output[images], W, *sums, dx_part, self._windows)

        for_each(add_part, len(x), step=step)
        total = dW.sum(axis=0)
        if kernels is winograd:
            total = winograd.filter_gradient(total)
        self._gradients["weight"][...] = total
        if db is not None:
            np.sum(db, axis=0, out=self._gradients["bias"])
        self.add_penalty_gradient()
        return dx

    @property
    def flops(self) -> int:
        """2 · C · kh · kw for each output number, and one more with a bias."""
        _, Ho, Wo = self._output_shape
        return Ho * Wo * (2 * self.parameters()["weight"].size + self.bias * self.filters)

    def _kernels(self) -> ModuleType:
        """Return the module that computes this convolution fastest."""
        if winograd.applies_to(self._windows, (self.input_shape or ())[0], self._output_shape):
            return winograd
        return shifted if shifted.applies_to(self._windows) else im2col

    def _images_at_once(self) -> int:
        channels, itemsize = (self.input_shape or ())[0], self.dtype.itemsize
        kernels, maps = self._kernels(), self._output_shape
        count: int = kernels.images_at_once(self._windows, channels, maps, itemsize)
        return count


def _windows(kernel: Pair, stride: Pair, padding: Pair | str) -> Windows:
    if not isinstance(padding, str):
        return Windows(kernel, stride, padding, padding)
    if padding != "same":
        raise ValueError(f'padding must be an integer, a pair or "same", got {padding!r}')
    if stride != (1, 1):
        raise ValueError(
            f'padding="same" needs stride 1, got stride {stride}; give the padding as a number'
        )
    before = (kernel[0] - 1) // 2, (kernel[1] - 1) // 2
    return Windows(kernel, stride, before, (kernel[0] // 2, kernel[1] // 2))
