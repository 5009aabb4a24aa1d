"""Gradient checking: the derivative that was programmed against the one that is measured.

A derivative is the limit of a difference quotient. In float64 the central difference
(f(θ + h) − f(θ − h)) / 2h has an error of the order h², so it tells a wrong formula from a right
one in any layer, model or loss, without knowing how they work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from np_layers._types import Array, Shape
from np_layers.layers.base import Layer

Loss = Callable[..., tuple[float, Array]]


def check_gradients(
    model: Layer,
    loss: Loss | None = None,
    x: Array | None = None,
    y: Any = None,
    *,
    rng: np.random.Generator | None = None,
    step: float = 1e-5,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    samples: int | None = 64,
) -> None:
    """Compare the gradients of parameters and input with central differences.

    The checked function is loss(model.forward(x), y) + model.penalty(). Without a loss it is
    Σ G · model.forward(x) with a random upstream gradient G: a sum alone (G = 1) would not see
    the errors of layers whose outputs sum to a constant.

    Parameters
    ----------
    model
        Built with dtype=float64. Parameters are moved and put back; nothing else changes but
        the gradients.
    loss
        A function (output, y) → (value, gradient), such as `cross_entropy`; or None.
    x
        Input, shape (batch, *input_shape); random normal numbers, 4 rows, when None.
    y
        The targets of the loss.
    rng
        Source of G and x, required when one of them is drawn: without a loss, or without x.
    step
        h, relative to the size of the number that is moved.
    rtol, atol
        Allowed difference: atol + rtol · |numeric|.
    samples
        Places looked at in each array, spread evenly; None: all.

    Raises
    ------
    AssertionError
        If a gradient differs; names the parameter (or ``"x"``), the index and both values.
    TypeError
        If the model is not float64 or a needed ``rng`` is missing.

    Notes
    -----
    Layers that behave differently in training are checked as in training; buffers are put back
    after every evaluation, so that Dropout draws the same mask again.

    At a kink (ReLU at 0, a tie in max pooling) no derivative exists: choose another ``x`` when the
    one place that fails lies there.

    Examples
    --------
    >>> from np_layers import Dense, Sequential, Tanh, cross_entropy
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential([Dense(5), Tanh(), Dense(3)], input_shape=4, rng=rng, dtype=np.float64)
    >>> check_gradients(model, cross_entropy, rng.normal(size=(2, 4)), np.array([0, 2]))
    """
    if model.dtype != np.float64:
        raise TypeError(f"check_gradients needs a float64 model, got {model.dtype}; build it so")
    if x is None:
        x = _required(rng, "x").normal(size=(4, *(model.input_shape or ())))
    x = np.array(x, np.float64)
    buffers = {name: array.copy() for name, array in model.buffers().items()}

    def restore() -> None:
        for name, array in model.buffers().items():
            array[...] = buffers[name]

    output = model.forward(x, training=True)
    if loss is None:
        G = _required(rng, "the upstream gradient").normal(size=output.shape)
    else:
        G = loss(output, y)[1]
    grad_x = model.backward(G)
    analytic = {name: array.copy() for name, array in model.gradients().items()}
    analytic["x"] = np.array(grad_x)
    restore()

    def value() -> float:
        output = model.forward(x, training=True)
        model.clear_saved()
        restore()
        fit = float(np.sum(G * output)) if loss is None else loss(output, y)[0]
        return fit + model.penalty()

    for name, array in {**model.parameters(), "x": x}.items():
        _check_array(name, array, analytic[name], value, step, rtol, atol, samples)


def check_loss_gradient(
    loss: Loss,
    predictions: Array,
    targets: Any,
    *,
    step: float = 1e-5,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    samples: int | None = 64,
) -> None:
    """Compare the gradient that a loss returns with central differences of its value.

    Parameters
    ----------
    loss
        A function (predictions, targets) → (value, gradient).
    predictions
        Where to check; taken as float64.
    targets
        Passed on to the loss.
    step, rtol, atol, samples
        As in `check_gradients`.

    Raises
    ------
    AssertionError
        If the gradient does not belong to the value.

    Examples
    --------
    >>> from np_layers import mean_squared_error
    >>> check_loss_gradient(mean_squared_error, np.array([[1.0, 2.0]]), np.array([[0.0, 5.0]]))
    """
    z = np.array(predictions, np.float64)
    analytic = np.array(loss(z, targets)[1])

    def value() -> float:
        return loss(z, targets)[0]

    _check_array("predictions", z, analytic, value, step, rtol, atol, samples)


def _check_array(
    name: str,
    array: Array,
    analytic: Array,
    value: Callable[[], float],
    step: float,
    rtol: float,
    atol: float,
    samples: int | None,
) -> None:
    if analytic.shape != array.shape:
        raise AssertionError(
            f"the gradient of {name} must have the shape {array.shape} of the array itself, "
            f"got {analytic.shape}"
        )
    for index in _places(array.shape, samples):
        numeric = _central_difference(value, array, index, step)
        _compare(name, index, float(analytic[index]), numeric, rtol, atol)


def _central_difference(
    value: Callable[[], float], array: Array, index: tuple[int, ...], step: float
) -> float:
    """Return (f(θ + h) − f(θ − h)) / 2h for one element, which is put back."""
    original = float(array[index])
    h = step * max(1.0, abs(original))
    array[index] = above = original + h
    f_above = value()
    array[index] = below = original - h
    f_below = value()
    array[index] = original
    return (f_above - f_below) / (above - below)


def _compare(
    name: str, index: tuple[int, ...], analytic: float, numeric: float, rtol: float, atol: float
) -> None:
    difference = abs(analytic - numeric)
    if difference <= atol + rtol * abs(numeric):
        return
    place = f"{name}[{', '.join(map(str, index))}]"
    hint = ""
    if abs(numeric) > atol:
        ratio = analytic / numeric
        hint = f"\n  ratio     {ratio: .9g}{_meaning(ratio)}"
    raise AssertionError(
        f"the gradient of {place} is wrong\n"
        f"  analytic  {analytic: .9g}   (what backward returned)\n"
        f"  numeric   {numeric: .9g}   (how much loss + penalty changes, measured){hint}"
    )


def _meaning(ratio: float) -> str:
    """Return the mistake that usually makes this ratio, or nothing."""
    if abs(ratio) < 1e-9:
        return "   is this part of the gradient missing?"
    if abs(ratio + 1) < 1e-4:
        return "   a sign is wrong"
    if ratio > 1.5 and abs(ratio - round(ratio)) < 1e-4:
        return f"   {round(ratio)} times too large: a sum where value and gradient have a mean?"
    if 0 < ratio < 0.7 and abs(1 / ratio - round(1 / ratio)) < 1e-4:
        return f"   {round(1 / ratio)} times too small: a mean where a sum belongs?"
    return ""


def _places(shape: Shape, samples: int | None) -> list[tuple[int, ...]]:
    """Return all places of an array, or ``samples`` of them spread evenly from first to last."""
    size = math.prod(shape)
    if samples is None or size <= samples:
        return list(np.ndindex(shape))
    flat = np.linspace(0, size - 1, samples).astype(int)
    return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]


def _required(rng: np.random.Generator | None, what: str) -> np.random.Generator:
    if rng is None:
        raise TypeError(f"check_gradients draws {what}: pass rng=numpy.random.default_rng(seed)")
    return rng
