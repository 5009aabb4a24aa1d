"""The convolutional layer: small filters that look at every place of an image in the same way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative, positive_int
from np_layers._types import Array, Shape
from np_layers.initializers import Initializer, bias_initializer, get_initializer
from np_layers.kernels import im2col as convolution
from np_layers.kernels import shifted as fast_convolution
from np_layers.kernels import winograd
from np_layers.kernels.threads import for_each
from np_layers.kernels.windows import Windows, pair
from np_layers.layers.base import Layer
from np_layers.layers.registry import register

# The three ways to compute a convolution; a layer keeps the name of its own.
WAYS = {"columns": convolution, "signals": fast_convolution, "tiles": winograd}
MAX_PARTS = 8  # of a batch, for the gradient of the weights


@register
class Conv2D(Layer):
    """y = W ⋆ x + b: each output map is the response of one filter at every place.

    y[n, f, h, w] = Σ_cij W[f, c, i, j] xp[n, c, h·stride + i, w·stride + j] + b[f], where xp is x
    with ``padding`` zeros around it. (Mathematics calls this a cross-correlation: the filter is
    not turned round.)

    Parameters
    ----------
    filters
        Number F of filters, and of output maps.
    kernel_size
        Rows and columns of a filter, one integer or two.
    stride
        Step from window to window, one integer or two.
    padding
        Zeros on each side of the height and of the width, one integer or two; or ``"same"``: as
        many as keep height and width with stride 1 (one more at the end for an even kernel).
    weight_init, bias_init
        Initialisers (`get_initializer`). Without ``bias_init`` the bias starts at zero, or like
        the weight under ``"torch_uniform"``.
    bias
        False leaves b out.
    l1, l2
        Penalty l1 ‖W‖₁ + l2/2 ‖W‖² on the weight; the bias is never penalised.

    Notes
    -----
    Shapes: x (N, C, H, W), W = ``"weight"`` (F, C, kh, kw), b = ``"bias"`` (F,), y (N, F, Ho, Wo)
    with Ho = ⌊(H + 2·padding − kh) / stride⌋ + 1, Wo alike. Stride 1 with a padding smaller than
    the kernel is computed by `fast_convolution`, with 3×3 filters and many channels by `winograd`,
    anything else by `convolution`.

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
        self.kernel_size = pair("kernel_size", kernel_size, least=1)
        self.stride = pair("stride", stride, least=1)
        self.padding = padding if isinstance(padding, str) else pair("padding", padding, least=0)
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
        self._way = _way(self._windows, input_shape[0], self._output_shape)
        self.add_parameter("weight", self.weight_init(shape, **fans, rng=rng, dtype=dtype))
        if self.bias:
            init = bias_initializer(self.bias_init, self.weight_init)
            self.add_parameter("bias", init((self.filters,), **fans, rng=rng, dtype=dtype))
        return self._output_shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = W ⋆ x + b, shape (N, F, Ho, Wo)."""
        x = self.check_input(x)
        y = self.buffer("output", (len(x), *self._output_shape), training=training)
        way, b = WAYS[self._way], self._parameters.get("bias")
        W = way.transform_filters(self._parameters["weight"])

        def fill(images: slice) -> None:
            way.convolve(x[images], W, b, y[images], self._windows)

        for_each(fill, len(x), step=self._images_at_once())
        if training:
            self.save_for_backward(x)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx for G = dL/dy.

        With stride 1, W[f, c, i, j] multiplies xp[n, c, h + i, w + j] in every y[n, f, h, w], so
        dL/dW[f, c, i, j] = Σ_nhw G[n, f, h, w] xp[n, c, h + i, w + j]. The bias b[f] is added to
        all of y[n, f], so dL/db[f] = Σ_nhw G[n, f, h, w]. A pixel is seen by one window for each
        place in the filter: dL/dxp[n, c, r, s] = Σ_fij W[f, c, i, j] G[n, f, r − i, s − j], where
        G is 0 outside the map; dL/dx is the part of it without the padding. The penalty adds
        l1 sign(W) + l2 W to dL/dW.
        """
        (x,) = self.saved()
        way, at_once = WAYS[self._way], self._images_at_once()
        W = way.transform_filters(self._parameters["weight"])
        dx = self.buffer("grad_input", x.shape) if input_gradient else None
        # Parts of the batch are summed apart, and their sums added in order. How many there are
        # depends on the shapes alone, so the result is the same whoever computes a part.
        parts = max(1, min(MAX_PARTS, -(-len(x) // at_once)))
        step = max(1, -(-len(x) // parts))
        dW = self.buffer("sums of weight", (parts, *W.shape))
        db = self.buffer("sums of bias", (parts, self.filters)) if self.bias else None
        dW[...] = 0
        if db is not None:
            db[...] = 0

        def add_up(part: slice) -> None:
            i = part.start // step
            sums = dW[i], None if db is None else db[i]
            for start in range(part.start, part.stop, at_once):
                images = slice(start, min(start + at_once, part.stop))
                of_x = None if dx is None else dx[images]
                way.backward(x[images], grad_output[images], W, *sums, of_x, self._windows)

        for_each(add_up, len(x), step=step)
        self._gradients["weight"][...] = way.filter_gradient(dW.sum(axis=0))
        if db is not None:
            np.sum(db, axis=0, out=self._gradients["bias"])
        self.add_penalty_gradient()
        return dx

    @property
    def flops(self) -> int:
        """2 · C · kh · kw for each output number, one more with a bias."""
        _, Ho, Wo = self._output_shape
        return Ho * Wo * (2 * self.parameters()["weight"].size + self.bias * self.filters)

    def _images_at_once(self) -> int:
        channels = (self.input_shape or ())[0]
        way, itemsize = WAYS[self._way], self.dtype.itemsize
        count: int = way.images_at_once(self._windows, channels, self._output_shape, itemsize)
        return count


def _way(windows: Windows, channels: int, maps: Shape) -> str:
    """Return which of the `WAYS` from (channels, H, W) to the maps (F, Ho, Wo) is the fastest."""
    if winograd.applies_to(windows, channels, maps):
        return "tiles"
    return "signals" if fast_convolution.applies_to(windows) else "columns"


def _windows(kernel: tuple[int, int], stride: tuple[int, int], padding: Any) -> Windows:
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(
                f'padding="same" keeps the size only with stride 1, got stride {stride}; '
                "give the padding as a number"
            )
        before = (kernel[0] - 1) // 2, (kernel[1] - 1) // 2
        return Windows(kernel, stride, before, (kernel[0] // 2, kernel[1] // 2))
    if isinstance(padding, str):
        raise ValueError(f'padding must be an integer, a pair or "same", got {padding!r}')
    return Windows(kernel, stride, padding, padding)
