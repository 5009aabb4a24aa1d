"""Check layers while they run: they must not write into arguments, and must return arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from np_layers._types import Array
from np_layers.layers._layer_list import leaves
from np_layers.layers.base import Layer


@contextmanager
def guarded(model: Layer) -> Iterator[None]:
    """Check every call of `forward` and `backward` of each layer of ``model`` inside ``with``.

    Raises
    ------
    AssertionError
        If a layer writes into its argument, does not return an array, or returns one of a wrong
        shape or dtype.
    """
    layers = list(leaves(model))
    kept = [vars(layer).copy() for _, layer in layers]
    for prefix, layer in layers:
        place = f"layer {prefix[:-1]!r} ({type(layer).__name__})" if prefix else repr(layer)
        shapes: dict[str, Any] = {}
        vars(layer)["forward"] = _guard(layer.forward, "forward", "x", place, shapes)
        vars(layer)["backward"] = _guard(layer.backward, "backward", "grad_output", place, shapes)
    try:
        yield
    finally:
        for (_, layer), attributes in zip(layers, kept, strict=True):
            for name in ("forward", "backward"):
                del vars(layer)[name]
                if name in attributes:
                    vars(layer)[name] = attributes[name]


def _guard(
    method: Callable[..., Any], name: str, argument: str, place: str, shapes: dict[str, Any]
) -> Callable[..., Any]:
    def guard(array: Array, **options: Any) -> Any:
        array = np.asarray(array)
        kept = array.copy()
        view = array.view()
        view.flags.writeable = False
        try:
            result = method(view, **options)
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            other = "" if name == "forward" else ", or into an array that forward saved from x"
            raise AssertionError(
                f"{name} of {place} writes into {argument}{other}; let it work on a copy"
            ) from error
        if array.tobytes() != kept.tobytes():
            raise AssertionError(f"{name} of {place} writes into {argument}; let it work on a copy")
        if name == "forward":
            shapes["x"] = array.shape
            _check_result(result, f"forward of {place} must return y", None)
        elif options.get("input_gradient", True):
            _check_result(result, f"backward of {place} must return dL/dx", shapes.get("x"))
        return result

    return guard


def _check_result(result: Any, rule: str, shape: Any) -> None:
    if result is None:
        raise AssertionError(f"{rule}, got None; is the last line a return?")
    if not isinstance(result, np.ndarray):
        raise AssertionError(f"{rule}, an array, got {type(result).__name__}")
    if shape is not None and result.shape != shape:
        raise AssertionError(f"{rule} in the shape {shape} of x, got {result.shape}")
    if result.dtype != np.float64:
        raise AssertionError(
            f"{rule} in the layer's dtype float64, got {result.dtype}; compute in self.dtype"
        )
