"""How a task runs what a student wrote: a function, a layer with backward, or an optimizer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Arrays = dict[str, Any]  # named inputs of a case, or named outputs of a run
Solution = Callable[..., Any]  # a function or a class that a student writes
Run = Callable[[Solution, Mapping[str, Any], tuple[str, ...]], Arrays]


class ProtocolError(Exception):
    """A solution was called and did not do what its stub asks for.

    ``mistake`` names the message, ``values`` are put into it.
    """

    def __init__(self, mistake: str, **values: Any) -> None:
        super().__init__(mistake)
        self.mistake, self.values = mistake, values


def call_function(
    solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]
) -> Arrays:
    """Call a function with the inputs in their order, and name what it returns."""
    _check_order(solution, list(inputs))
    result = solution(*inputs.values())
    names = ", ".join(outputs)
    if result is None:
        raise ProtocolError("returns-nothing", names=names)
    if len(outputs) == 1:
        return {outputs[0]: result}
    if not isinstance(result, tuple | list) or len(result) != len(outputs):
        kind = type(result).__name__
        got = len(result) if isinstance(result, tuple | list) else f"1 ({kind})"
        raise ProtocolError("wrong-count", names=names, count=len(outputs), got=got)
    return dict(zip(outputs, result, strict=True))


def run_layer(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Run a layer forward and backward twice, and return what the second time gave.

    Inputs: ``options`` of the constructor, ``x``, ``G`` = dL/dy, and the parameters by name. The
    outputs are ``y``, ``dx`` and the gradient ``d…`` of each parameter. The first time uses other
    data, so that what is kept by mistake shows.
    """
    special = ("options", "x", "G", "training")
    parameters = [name for name in inputs if name not in special]
    layer = solution(**inputs["options"])
    for name in parameters:
        attribute(layer, name)
        setattr(layer, name, inputs[name])
    training = {"training": True} if "training" in inputs else {}
    x, G = inputs["x"], inputs["G"]
    for first, upstream in ((x[::-1] / 2, G[::-1] / 3), (x, G)):
        y = layer.forward(first, **training)
        if y is None:
            raise ProtocolError("returns-nothing", names="y (forward)")
        y = np.array(y)
        dx = layer.backward(upstream)
        if dx is None:
            raise ProtocolError("returns-nothing", names="dx (backward)")
    found = {"y": y, "dx": dx}
    return {name: found[name] if name in found else attribute(layer, name) for name in outputs}


def run_optimizer(
    solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]
) -> Arrays:
    """Take one step for each gradient; the outputs are the parameter after each step.

    Inputs: ``options`` of the constructor, ``p``, and ``grads`` of shape (steps, *p.shape). All
    gradients come in the same array, as in a training loop that reuses its memory.
    """
    optimizer = solution(**inputs["options"])
    _check_order(optimizer.step, ["p", "g"])
    p = inputs["p"].copy()
    g = np.empty_like(p)
    after = []
    for gradient in inputs["grads"]:
        g[...] = gradient
        optimizer.step(p, g)
        if not np.array_equal(g, gradient):
            raise ProtocolError("writes-into-input", name="g")
        after.append(p.copy())
    if all(np.array_equal(p, inputs["p"]) for p in after):
        raise ProtocolError("parameter-unchanged")
    return dict(zip(outputs, after, strict=True))


def _check_order(function: Solution, names: list[str]) -> None:
    """Refuse a function whose parameters have the names of the inputs in another order."""
    own = list(inspect.signature(function).parameters)
    if own != names and sorted(own) == sorted(names):
        raise ProtocolError("parameter-order", names=", ".join(names), got=", ".join(own))


class BesideAnother:
    """An object of a student's class; after each of its calls another object is called as well.

    Results that change by this are kept in the class or in a default argument, not in self.
    """

    def __init__(self, solution: Solution, arguments: tuple[Any, ...], options: Arrays) -> None:
        self.__dict__["pair"] = [solution(*arguments, **options) for _ in range(2)]

    def __getattr__(self, name: str) -> Any:
        mine, other = (getattr(thing, name) for thing in self.pair)
        if not inspect.ismethod(mine):
            return mine

        def call_both(*arguments: Any, **options: Any) -> Any:
            result = mine(*arguments, **options)
            other(*(a / 2 + 1 if isinstance(a, np.ndarray) else a for a in arguments), **options)
            return result

        return call_both

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.pair[0], name, value)


def attribute(thing: Any, name: str) -> Any:
    """Return an attribute that the stub asks for."""
    if not hasattr(thing, name):
        raise ProtocolError("missing-attribute", owner=type(thing).__name__, name=name)
    return getattr(thing, name)


def unwritten(solution: Solution) -> str | None:
    """Return the name of the first function or method that is still empty, or None."""
    if not inspect.isclass(solution):
        return getattr(solution, "__name__", "") if _is_empty(solution) else None
    for name, method in vars(solution).items():
        if not name.startswith("__") and _is_empty(method):
            return f"{solution.__name__}.{name}"
    return None


def _is_empty(function: Any) -> bool:
    """Return whether a function has no more than a docstring, ``pass`` or ``...``."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_code in _EMPTY and code.co_consts[-1] is None


def _without_docstring() -> None:
    pass


def _with_docstring() -> None:
    """Do nothing."""


_EMPTY = (_without_docstring.__code__.co_code, _with_docstring.__code__.co_code)
