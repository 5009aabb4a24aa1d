"""Gradient checks: compare a programmed gradient with central differences.

The central difference (f(θ + h) − f(θ − h)) / 2h has an error of order h². In float64 it tells a
wrong formula from a right one, for any layer, model or loss.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from np_layers._gradient_report import Mistake, Settings, compare, report
from np_layers._guarded_layers import guarded
from np_layers._types import Array
from np_layers.layers._layer_list import leaves
from np_layers.layers.base import Layer, run_backward, run_forward, takes

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
    """Compare the gradients of all parameters and of the input with central differences.

    The checked function is loss(model.forward(x), y) + model.penalty(). Without a loss it is
    Σ G · model.forward(x) with a random G. (With G = 1 the errors of a layer whose outputs have a
    constant sum, such as `Softmax`, could not be seen.)

    Parameters
    ----------
    model : Layer
        Built with dtype=float64. Only its gradients are changed.
    loss : function, optional
        (output, y) → (value, gradient), such as `cross_entropy`.
    x : ndarray of shape (batch, *input_shape), optional
        Without it, 4 rows of random normal numbers.
    y : any
        The targets of the loss.
    rng : numpy.random.Generator
        Source of G and x; needed without a loss, or without x.
    step : float
        h, relative to the size of the element that is changed.
    rtol, atol : float
        Allowed difference: atol + rtol · |numeric|.
    samples : int or None
        Number of places checked in each array, spread evenly; None checks all.

    Raises
    ------
    AssertionError
        If a gradient is wrong. The message names each wrong array, a place in it, both values and
        often the mistake. The error is also raised if a layer writes into its arguments or its
        parameters, returns None, replaces its gradient arrays, depends on hidden random numbers,
        or does not set its gradients with ``input_gradient=False``.
    TypeError
        If the model is not float64 or ``rng`` is missing.

    Notes
    -----
    The model is checked as in training. Buffers are reset before every forward, so that Dropout
    draws the same mask again.

    At a kink (ReLU at 0, equal values in max pooling) the derivative does not exist. If only one
    place fails and lies there, choose another ``x``.

    Examples
    --------
    >>> from np_layers import Dense, Sequential, Tanh, cross_entropy
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential([Dense(5), Tanh(), Dense(3)], input_shape=4, rng=rng, dtype=np.float64)
    >>> check_gradients(model, cross_entropy, rng.normal(size=(2, 4)), np.array([0, 2]))
    """
    if model.dtype != np.float64:
        raise TypeError(
            f"check_gradients needs a float64 model, got {model.dtype}; build it with "
            "dtype=numpy.float64"
        )
    if x is None:
        x = _required(rng, "x").normal(size=(4, *(model.input_shape or ())))
    x = np.array(x, np.float64)
    settings = Settings(step, rtol, atol, samples)
    state = model.state_dict()
    try:
        _check(model, loss, x, y, rng, settings)
    finally:
        model.clear_saved()
        model.load_state_dict(state)


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
    loss : function
        (predictions, targets) → (value, gradient).
    predictions : ndarray
        The point at which the gradient is checked; converted to float64.
    targets : any
        Passed on to the loss.
    step, rtol, atol, samples
        As in `check_gradients`.

    Raises
    ------
    AssertionError
        If the gradient is not the derivative of the value, or the loss writes into the
        predictions.

    Examples
    --------
    >>> from np_layers import mean_squared_error
    >>> check_loss_gradient(mean_squared_error, np.array([[1.0, 2.0]]), np.array([[0.0, 5.0]]))
    """
    z = np.array(predictions, np.float64)
    kept = z.copy()
    result = loss(z, targets)
    if not isinstance(result, tuple) or len(result) != 2:
        raise AssertionError(f"a loss must return (value, gradient), got {result!r}")
    if z.tobytes() != kept.tobytes():
        raise AssertionError("the loss writes into its predictions; let it work on a copy")

    def value() -> float:
        return loss(z, targets)[0]

    settings = Settings(step, rtol, atol, samples)
    report(compare("predictions", z, np.array(result[1]), value, settings))


def _check(
    model: Layer,
    loss: Loss | None,
    x: Array,
    y: Any,
    rng: np.random.Generator | None,
    settings: Settings,
) -> None:
    """Raise AssertionError if a gradient is wrong; the caller restores the state."""
    state = model.state_dict()

    def forward(x: Array) -> Array:
        for name, array in model.buffers().items():
            array[...] = state[name]
        return np.array(run_forward(model, x, training=True))

    def value() -> float:
        output = forward(x)
        model.clear_saved()
        fit = float(np.sum(G * output)) if loss is None else loss(output, y)[0]
        return fit + model.penalty()

    with guarded(model):
        output = forward(x)
        if loss is None:
            G = _required(rng, "the upstream gradient").normal(size=output.shape)
        else:
            check_loss_gradient(loss, output, y, **settings._asdict())
            G = np.array(loss(output, y)[1])
        live = model.gradients()
        # Another step comes first. Code that adds to the old gradient, or keeps it, is then found.
        forward(0.9 * x[::-1])
        run_backward(model, -0.5 * G[::-1], input_gradient=True)
        _check_arrays(model, live, state)
        before = {name: array.copy() for name, array in model.gradients().items()}
        if not np.allclose(forward(x), output, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise AssertionError(
                "forward gives two results for the same x, parameters and buffers; draw random "
                "numbers from a seed in a buffer, as Dropout does"
            )
        grad_x = run_backward(model, G, input_gradient=True)
        analytic = {name: np.array(array) for name, array in model.gradients().items()}

    faults = []
    for name, array in model.parameters().items():
        mistakes = [
            Mistake("it is the gradient of the step before", 0, before[name]),
            Mistake("the gradient of the step before was added: overwrite it", 1, before[name]),
            *_penalty_mistakes(model, name, array),
        ]
        faults += compare(name, array, analytic[name], value, settings, mistakes)
    faults += compare("x", x, np.array(grad_x), value, settings)
    report(faults)
    _check_lazy_backward(model, forward, x, G, analytic)


def _penalty_mistakes(model: Layer, name: str, W: Array) -> list[Mistake]:
    for prefix, layer in leaves(model):
        if f"{prefix}weight" == name and (layer.l1 or layer.l2):
            penalty = layer.l1 * np.sign(W) + layer.l2 * W
            return [
                Mistake("the gradient of the penalty is missing", 1, -penalty),
                Mistake("the gradient of the penalty is added twice", 1, penalty),
            ]
    return []


def _check_arrays(model: Layer, live: dict[str, Array], state: dict[str, Array]) -> None:
    """Raise AssertionError if a step changed parameters or replaced gradient arrays."""
    gradients = model.gradients()
    for name, array in model.parameters().items():
        if array.tobytes() != state[name].tobytes():
            raise AssertionError(
                f"forward or backward changes the parameter {name!r}; only an optimizer may"
            )
        if name not in gradients:
            raise AssertionError(f"each parameter must have a gradient, got none for {name!r}")
        if gradients[name] is not live[name]:
            raise AssertionError(
                f"backward replaces the gradient of {name!r} by another array; write into the "
                "array that gradients() returned: gradient[...] = …"
            )


def _check_lazy_backward(
    model: Layer, forward: Callable[[Array], Array], x: Array, G: Array, full: dict[str, Array]
) -> None:
    """Raise AssertionError if ``input_gradient=False`` changes the gradients of parameters."""
    if not takes(type(model).backward, "input_gradient"):
        return
    forward(x)
    for array in model.gradients().values():
        array[...] = np.nan
    run_backward(model, G, input_gradient=False)
    for name, array in model.gradients().items():
        if np.isnan(array).any() and not np.isnan(full[name]).any():
            raise AssertionError(
                f"backward with input_gradient=False does not set the gradient of {name!r}; "
                "only dL/dx may be left out"
            )
        if not np.allclose(array, full[name], rtol=1e-9, atol=1e-12, equal_nan=True):
            raise AssertionError(
                f"backward with input_gradient=False gives another gradient of {name!r}"
            )


def _required(rng: np.random.Generator | None, what: str) -> np.random.Generator:
    if rng is None:
        raise TypeError(f"check_gradients draws {what}: pass rng=numpy.random.default_rng(seed)")
    return rng
