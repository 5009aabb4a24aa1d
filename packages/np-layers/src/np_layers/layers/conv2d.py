"""Convolutional layer: small filters that are applied at every position of an image."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative, positive_int
from np_layers._types import Array, Kernel, Shape
from np_layers.initializers import Initializer, bias_initializer, get_initializer
from np_layers.kernels import im2col, shifted
from np_layers.kernels.groups import grouped
from np_layers.kernels.windows import Pair, Windows, pair
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Conv2D(Layer):
    """y = W ⋆ x + b: each output map is the response of one filter at every position.

    y[n, f, h, w] = Σ_cij W[f, c, i, j] xp[n, c, h·stride + i·dilation, w·stride + j·dilation] +
    b[f], where xp is x with ``padding`` zeros around it. In mathematics this is a
    cross-correlation, because the filter is not turned by 180°.

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
    dilation : int or pair of int
        Step from one pixel of a window to the next.
    groups : int
        Channels and filters are cut into so many groups, and each filter sees the channels of its
        group only. ``groups`` equal to the number of channels is a depthwise convolution.
    weight_init, bias_init : str, mapping or function
        Initialisers, by name or as functions. Without ``bias_init`` the bias is zero, or drawn like
        the weight if that is ``"torch_uniform"``.
    bias : bool
        False leaves out b.
    l1, l2 : float
        Penalty l1 ‖W‖₁ + l2/2 ‖W‖² on the weight. The bias has no penalty.

    Notes
    -----
    Shapes: x (N, C, H, W), W = ``"weight"`` (F, C/groups, kh, kw), b = ``"bias"`` (F,),
    y (N, F, Ho, Wo) with Ho = ⌊(H + 2·padding − (kh − 1)·dilation − 1) / stride⌋ + 1, and Wo in the
    same way. The functions of `shifted` compute it for stride 1 with a padding smaller than the
    window, and those of `im2col` otherwise.

    References
    ----------
    LeCun et al., "Backpropagation applied to handwritten zip code recognition", 1989; groups:
    Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural
    networks", 2012; dilation: Yu and Koltun, "Multi-scale context aggregation by dilated
    convolutions", 2016.

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
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
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
        self.dilation = pair("dilation", dilation, minimum=1)
        self.groups = positive_int("groups", groups)
        if self.filters % self.groups:
            raise ValueError(f"groups must divide filters {self.filters}, got {self.groups}")
        self.weight_init = get_initializer(weight_init)
        self.bias_init = None if bias_init is None else get_initializer(bias_init)
        self.bias = bool(bias)
        self.l1 = not_negative("l1", l1)
        self.l2 = not_negative("l2", l2)
        self.windows = _windows(self.kernel_size, self.stride, self.padding, self.dilation)

    def config(self) -> dict[str, Any]:
        """Return the constructor's keywords; dilation and groups of 1 are left out as in 0.1.0."""
        config = super().config()
        if self.dilation == (1, 1):
            del config["dilation"]
        if self.groups == 1:
            del config["groups"]
        return config

    def weight_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of W for a sample of ``input_shape``."""
        return (self.filters, input_shape[0] // self.groups, *self.kernel_size)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Draw W (F, C/groups, kh, kw), then b (F,), and return (F, Ho, Wo)."""
        self._output_shape = (self.filters, *self.windows.output_shape(input_shape, "Conv2D"))
        if input_shape[0] % self.groups:
            raise ValueError(f"groups must divide the {input_shape[0]} channels, got {self.groups}")
        super().build(input_shape, rng=rng, dtype=dtype)
        shape = self.weight_shape(input_shape)
        area = math.prod(self.kernel_size)
        fans = {"fan_in": shape[1] * area, "fan_out": self.filters // self.groups * area}
        self.add_parameter("weight", self.weight_init(shape, **fans, rng=rng, dtype=dtype))
        if self.bias:
            init = bias_initializer(self.bias_init, self.weight_init)
            self.add_parameter("bias", init((self.filters,), **fans, rng=rng, dtype=dtype))
        return self._output_shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = W ⋆ x + b, shape (N, F, Ho, Wo)."""
        x = self.check_input(x)
        W, b = self._parameters["weight"], self._parameters.get("bias")
        y = self.buffer("output", (len(x), *self._output_shape), training=training)
        terms = max(len(W) // self.groups, W.shape[1]) * math.prod(self.kernel_size)
        x = self.arithmetic.samples(x, self.memory("x", training=training))
        W = self.arithmetic.weights(W, terms, self.memory("W", training=training))
        self.arithmetic.bilinear(
            self._kernel("convolve"),
            x,
            W,
            out=y,
            bias=None if b is None else b[:, None, None],
            step=self._images_at_once(),
        )
        if training:
            self.save_for_backward(x, W)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx for G = dL/dy.

        With stride and dilation 1, W[f, c, i, j] is multiplied by xp[n, c, h + i, w + j] in every
        y[n, f, h, w], so dL/dW[f, c, i, j] = Σ_nhw G[n, f, h, w] xp[n, c, h + i, w + j]. The bias
        b[f] is added to all of y[n, f], so dL/db[f] = Σ_nhw G[n, f, h, w]. For each position (i, j)
        in the filter, one window has the pixel (r, s) there: dL/dxp[n, c, r, s] = Σ_fij W[f, c, i,
        j] G[n, f, r − i, s − j], where G is 0 outside the map. dL/dx is dL/dxp without the padding.
        With groups, c and f are of one group. The penalty adds l1 sign(W) + l2 W to dL/dW.
        """
        x, W = self.saved()
        step = self._images_at_once()
        G = self.arithmetic.samples(grad_output, self.memory("G"))
        add = self._kernel("add_weight_gradient")
        self.arithmetic.bilinear_sum(add, x, G, out=self._gradients["weight"], step=step)
        self.add_penalty_gradient()
        if self.bias:
            self.arithmetic.sum_of_samples(G, out=self._gradients["bias"])
        if not input_gradient:
            return None
        dx = self.buffer("grad_input", (len(grad_output), *(self.input_shape or ())))
        self.arithmetic.bilinear(self._kernel("input_gradient"), G, W, out=dx, step=step)
        return dx

    @property
    def flops(self) -> int:
        """2 · C/groups · kh · kw for each output number, and one more with a bias."""
        _, Ho, Wo = self._output_shape
        return Ho * Wo * (2 * self._parameters["weight"].size + self.bias * self.filters)

    def _kernel(self, name: str) -> Kernel:
        """Return a function of the module that computes this convolution fastest."""
        kernels = shifted if shifted.applies_to(self.windows) else im2col
        return functools.partial(grouped(kernels, name, self.groups), windows=self.windows)

    def _images_at_once(self) -> int:
        channels, itemsize = self._parameters["weight"].shape[1], self.dtype.itemsize
        return im2col.images_at_once(self.windows, channels, self._output_shape, itemsize)


def _windows(kernel: Pair, stride: Pair, padding: Pair | str, dilation: Pair) -> Windows:
    if not isinstance(padding, str):
        return Windows(kernel, stride, padding, padding, dilation)
    if padding != "same":
        raise ValueError(f'padding must be an integer, a pair or "same", got {padding!r}')
    if stride != (1, 1):
        raise ValueError(
            f'padding="same" needs stride 1, got stride {stride}; give the padding as a number'
        )
    rows, columns = Windows(kernel, dilation=dilation).extent
    before, after = ((rows - 1) // 2, (columns - 1) // 2), (rows // 2, columns // 2)
    return Windows(kernel, stride, before, after, dilation)
