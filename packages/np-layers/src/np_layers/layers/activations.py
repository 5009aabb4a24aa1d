"""Activation functions that act on each element separately.

Each class writes its function in `Activation.f` and its derivative in `Activation.derivative`.
Both write into a given array, so that a training step allocates no memory. `Softmax`, which acts
on whole rows, has its own module.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from np_layers._checks import not_negative
from np_layers._types import Array
from np_layers.layers.base import Layer
from np_layers.layers.registry import register


class Activation(Layer):
    """Base class of the activation functions: y = f(x) for each element.

    A subclass defines `f` and `derivative`. By the chain rule dL/dx = dL/dy · f'(x).

    Examples
    --------
    >>> class Square(Activation):
    ...     def f(self, x, y):
    ...         np.square(x, out=y)
    ...         return (x,)
    ...
    ...     def derivative(self, d, x):
    ...         np.multiply(2, x, out=d)
    >>> layer = Square()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer.forward(np.array([[3, -1]]), training=True)
    array([[9., 1.]])
    >>> layer.backward(np.array([[1.0, 10.0]]))
    array([[  6., -20.]])
    """

    flops_per_element: ClassVar[int] = 1

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Write f(x) into ``y`` and return the arrays that `derivative` needs."""
        raise TypeError(f"{type(self).__name__} must define f()")

    # Because of *saved: Any and **_: Any, a type checker lets a subclass name these parameters.
    def derivative(self, d: Array, *saved: Any, **_: Any) -> None:
        """Write f'(x) into ``d``, given what `f` returned."""
        raise TypeError(f"{type(self).__name__} must define derivative()")

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = f(x), the shape of x."""
        x = self.check_input(x)
        y = self.buffer("output", x.shape, training=training)
        needed = self.f(x, y)
        if training:
            self.save_for_backward(*needed)
        return y

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx = f'(x) · dL/dy."""
        saved = self.saved()
        if not input_gradient:
            return None
        grad = self.buffer("grad_input", grad_output.shape)
        self.derivative(grad, *saved)
        grad *= grad_output
        return grad

    @property
    def flops(self) -> int:
        """``flops_per_element`` for each element. An exponential or a logarithm counts as one."""
        return self.flops_per_element * math.prod(self.input_shape or ())


@register
class ReLU(Activation):
    """y = max(x, 0).

    References
    ----------
    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.

    Examples
    --------
    >>> layer = ReLU()
    >>> layer.build((3,), rng=np.random.default_rng(0), dtype=np.float32)
    (3,)
    >>> layer(np.array([[-1, 0, 2]]))
    array([[0., 0., 2.]], dtype=float32)
    """

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = max(x, 0); ``clip`` takes a third of the time of ``maximum``."""
        x.clip(0, np.inf, out=y)
        y += 0  # the sign of a zero depends on the processor; −0.0 + 0 is 0.0
        return (y,)

    def derivative(self, d: Array, y: Array) -> None:
        """Return 1 where y > 0, else 0 (also at the kink x = 0)."""
        np.greater(y, 0, out=d)


@register
class LeakyReLU(Activation):
    """y = x where x > 0, else slope · x.

    Parameters
    ----------
    slope : float
        Between 0 (`ReLU`) and 1 (the identity).

    References
    ----------
    Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.

    Examples
    --------
    >>> layer = LeakyReLU(0.1)
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[-5, 2]]))
    array([[-0.5,  2. ]])
    """

    flops_per_element = 2

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = not_negative("slope", slope)
        if self.slope > 1:
            raise ValueError(f"slope must be between 0 and 1, got {slope!r}")

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = max(x, slope · x)."""
        np.multiply(x, self.slope, out=y)
        np.maximum(x, y, out=y)
        return (y,)

    def derivative(self, d: Array, y: Array) -> None:
        """Return 1 where y > 0, else slope (also at the kink x = 0)."""
        np.greater(y, 0, out=d)
        np.maximum(d, self.slope, out=d)


@register
class ELU(Activation):
    """y = x where x > 0, else alpha · (eˣ − 1).

    Parameters
    ----------
    alpha : float
        Large negative inputs give −alpha; not negative.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear
    units (ELUs)", 2016.

    Examples
    --------
    >>> layer = ELU()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[-1e4, 3]]))
    array([[-1.,  3.]])
    """

    flops_per_element = 3

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = not_negative("alpha", alpha)

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = alpha · (e^min(x, 0) − 1) + max(x, 0)."""
        np.minimum(x, 0, out=y)
        self.arithmetic.expm1(y, out=y)
        y *= self.alpha
        y += np.maximum(x, 0)
        y += 0  # the sign of a zero depends on the processor; −0.0 + 0 is 0.0
        return x, y

    def derivative(self, d: Array, x: Array, y: Array) -> None:
        """Return 1 where x > 0, else alpha · eˣ = y + alpha."""
        np.add(y, self.alpha, out=d)
        np.copyto(d, 1, where=x > 0)


@register
class Sigmoid(Activation):
    """y = σ(x) = 1 / (1 + e⁻ˣ).

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[0, 1e4]]))
    array([[0.5, 1. ]])
    """

    flops_per_element = 4

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = σ(x)."""
        self.arithmetic.sigmoid(x, out=y)
        return (y,)

    def derivative(self, d: Array, y: Array) -> None:
        """Return σ' = e⁻ˣ / (1 + e⁻ˣ)² = σ · e⁻ˣ / (1 + e⁻ˣ) = (1 − y) · y."""
        np.subtract(1, y, out=d)
        d *= y


@register
class Tanh(Activation):
    """y = tanh(x).

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    (2,)
    >>> layer(np.array([[0, 1e4]]))
    array([[0., 1.]])
    """

    def f(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Return y = tanh(x)."""
        self.arithmetic.tanh(x, out=y)
        return (y,)

    def derivative(self, d: Array, y: Array) -> None:
        """Return tanh' = 1 − tanh² = 1 − y²."""
        np.square(y, out=d)
        np.subtract(1, d, out=d)
