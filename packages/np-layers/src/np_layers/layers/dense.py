"""The fully connected layer: each output is a weighted sum of all inputs, plus a bias."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._checks import not_negative, positive_int
from np_layers._types import Array, Shape
from np_layers.initializers import Initializer, bias_initializer, get_initializer
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


@register
class Dense(Layer):
    """y = x W + b, for the last axis of x.

    Parameters
    ----------
    units : int
        Number of outputs.
    weight_init, bias_init : str, mapping or initialiser
        See `get_initializer`. Without ``bias_init`` the bias is zero, or drawn like the weight if
        ``weight_init`` is ``"torch_uniform"``.
    bias : bool
        False leaves b out.
    l1, l2 : float
        Penalty l1 ‖W‖₁ + l2/2 ‖W‖² on the weight; the bias has no penalty.

    Notes
    -----
    Shapes: x (batch, in), W = ``"weight"`` (in, units), b = ``"bias"`` (units,), y (batch, units).
    Further axes stay: x (batch, …, in) gives y (batch, …, units). To connect all pixels of an image
    with all units, put `Flatten` before it.

    References
    ----------
    Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", 1986.

    Examples
    --------
    >>> layer = Dense(2, weight_init="zeros")
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float32)
    (2,)
    >>> layer.parameters()["bias"][...] = [1, 2]
    >>> layer.forward(np.ones((1, 3)))
    array([[1., 2.]], dtype=float32)
    """

    def __init__(
        self,
        units: int,
        *,
        weight_init: str | Mapping[str, Any] | Initializer = "he_normal",
        bias_init: str | Mapping[str, Any] | Initializer | None = None,
        bias: bool = True,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        self.units = positive_int("units", units)
        self.weight_init = get_initializer(weight_init)
        self.bias_init = None if bias_init is None else get_initializer(bias_init)
        self.bias = bool(bias)
        self.l1 = not_negative("l1", l1)
        self.l2 = not_negative("l2", l2)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Draw W (in, units), then b (units,), and return (…, units)."""
        super().build(input_shape, rng=rng, dtype=dtype)
        *positions, features = input_shape
        fans = {"fan_in": features, "fan_out": self.units}
        weight = self.weight_init((features, self.units), **fans, rng=rng, dtype=dtype)
        self.add_parameter("weight", weight)
        if self.bias:
            init = bias_initializer(self.bias_init, self.weight_init)
            self.add_parameter("bias", init((self.units,), **fans, rng=rng, dtype=dtype))
        return (*positions, self.units)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = x W + b, shape (batch, …, units)."""
        x = self.check_input(x)
        W, shape = self._parameters["weight"], (*x.shape[:-1], self.units)
        x = x.reshape(-1, len(W))
        y = self.buffer("output", (len(x), self.units), training=training)
        x = self.arithmetic.samples(x, self.memory("x", training=training))
        W = self.arithmetic.weights(W, max(W.shape), self.memory("W", training=training))
        self.arithmetic.matmul(x, W, out=y, bias=self._parameters.get("bias"))
        if training:
            self.save_for_backward(x, W)
        return y.reshape(shape)

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = G Wᵀ for G = dL/dy.

        y_nj = Σ_i x_ni W_ij + b_j. W_ij changes y_nj by x_ni in each row n, so
        dL/dW_ij = Σ_n x_ni G_nj: dL/dW = xᵀ G. b_j changes y_nj by 1 in each row, so
        dL/db = Σ_n G_n, one number per output. Further positions (…) are rows like these. The
        penalty adds l1 sign(W) + l2 W to dL/dW.
        """
        x, W = self.saved()
        G = self.arithmetic.samples(grad_output.reshape(-1, self.units), self.memory("G"))
        self.arithmetic.sum_of_products(x, G, out=self._gradients["weight"])
        self.add_penalty_gradient()
        if self.bias:
            self.arithmetic.sum_of_samples(G, out=self._gradients["bias"])
        if not input_gradient:
            return None
        dx = self.buffer("grad_input", (len(grad_output), *(self.input_shape or ())))
        features = (self.input_shape or ())[-1]
        self.arithmetic.matmul_transposed(G, W, out=dx.reshape(-1, features))
        return dx

    @property
    def flops(self) -> int:
        """2 · in · units for the product and units for the bias, at each position."""
        positions = math.prod((self.input_shape or ())[:-1])
        return positions * (2 * self._parameters["weight"].size + self.bias * self.units)
