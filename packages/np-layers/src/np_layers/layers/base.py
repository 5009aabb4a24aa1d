"""What a layer is: a function with a derivative, and perhaps parameters.

A layer is made with its options alone, built once its input shape is known, run forward, and run
backward once per training forward. Everything that crosses its border is an array or a dictionary
of arrays. A layer keeps every constructor argument as an attribute of the same name.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.workspace import Workspace

L = TypeVar("L", bound="Layer")


class Layer:
    """Base of all layers: y = f(x; parameters).

    A layer of your own implements `forward` and `backward`, and `build` when it has parameters
    or changes the shape. The helpers `check_input`, `buffer`, `save_for_backward` and `saved` keep
    the shared
    laws: inputs are never written, dtypes are kept, ``backward`` follows a training ``forward``.

    Attributes
    ----------
    input_shape : tuple of int, or None before `build`
        Shape of one sample, without the batch axis.
    dtype : numpy.dtype
        Element type of parameters, activations and gradients.
    l1, l2 : float
        Strength of the penalty on the parameter called ``"weight"``.
    """

    input_shape: Shape | None = None
    dtype: np.dtype[Any] = np.dtype(np.float32)
    l1: float = 0.0
    l2: float = 0.0

    # A layer with a workspace is inside a model and may reuse memory between training steps; a
    # layer without one stands alone and returns arrays that belong to its caller.
    _workspace: Workspace | None = None
    _saved: tuple[Any, ...] | None = None
    _shard: int = 0

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Infer sizes, create parameters and return the output shape.

        Parameters
        ----------
        input_shape
            Shape of one sample, without the batch axis.
        rng
            Source of the initial parameters.
        dtype
            float32 or float64.

        Returns
        -------
        tuple of int
            Shape of one output sample, without the batch axis.

        Raises
        ------
        ValueError
            If the layer cannot take this shape.
        RuntimeError
            If the layer has been built before, or an earlier build failed.
        """
        if self.input_shape is not None:
            raise RuntimeError(
                f"a layer is built once, got a second build of {self!r}, or one after a build that "
                "failed; make a new layer object"
            )
        self.input_shape = tuple(input_shape)
        self.dtype = np.dtype(dtype)
        self._parameters: dict[str, Array] = {}
        self._gradients: dict[str, Array] = {}
        self._buffers: dict[str, Array] = {}
        return self.input_shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return y = f(x), shape (batch, *output_shape).

        Parameters
        ----------
        x
            Shape (batch, *input_shape); never written. With ``training=True`` it is kept, not
            copied, until `backward`, so it must not change in between.
        training
            Remember what `backward` needs, and behave as in training (Dropout, BatchNorm).
        """
        raise TypeError(f"{type(self).__name__} must define forward()")

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx from dL/dy and fill `gradients` with dL/dparameter.

        Parameters
        ----------
        grad_output
            dL/dy, shape of the last training forward's output; never written.
        input_gradient
            False: nobody needs dL/dx; it is not computed and None is returned.

        Raises
        ------
        RuntimeError
            If no training forward precedes, or its backward has been done.
        """
        raise TypeError(f"{type(self).__name__} must define backward()")

    @property
    def flops(self) -> int:
        """Floating-point operations of `forward` for one sample (a multiply-add counts two)."""
        return 0

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays by name; an optimizer updates them in place."""
        self._require_build()
        return dict(self._parameters)

    def gradients(self) -> dict[str, Array]:
        """Return the live gradients of loss + penalty by name, as of the last backward."""
        self._require_build()
        return dict(self._gradients)

    def buffers(self) -> dict[str, Array]:
        """Return the live arrays that are state but not trained, such as running statistics."""
        self._require_build()
        return dict(self._buffers)

    def penalty(self) -> float:
        """Return l1 ‖W‖₁ + l2/2 ‖W‖² of the weight; its gradient is in `gradients`."""
        if not (self.l1 or self.l2):
            return 0.0
        W = self.parameters()["weight"]
        term = self.buffer("penalty", W.shape)
        l1_norm = np.sum(np.abs(W, out=term), dtype=np.float64)
        squares = np.sum(np.square(W, out=term), dtype=np.float64)
        return float(self.l1 * l1_norm + self.l2 / 2 * squares)

    def config(self) -> dict[str, Any]:
        """Return the constructor's keywords with JSON values."""
        names = inspect.signature(type(self)).parameters
        return {name: _to_json(getattr(self, name)) for name in names}

    @classmethod
    def from_config(cls: type[L], config: Mapping[str, Any]) -> L:
        """Make an unbuilt layer from what `config` returned."""
        return cls(**config)

    def replica(self: L, index: int = 1) -> L:
        """Return a second layer that shares the parameters but nothing else.

        Shards of one batch can then be run by several threads, and their gradients be summed in
        a fixed order. The penalty's gradient is left to the original, so that the sum has it
        once. Buffers (running statistics, Dropout's counter) are copies.

        Parameters
        ----------
        index
            Number of the shard, from 1; Dropout draws another mask for each.
        """
        self._require_build()
        twin = copy.copy(self)
        twin._gradients = {name: np.zeros_like(array) for name, array in self._gradients.items()}
        twin._buffers = {name: array.copy() for name, array in self._buffers.items()}
        twin._workspace = None if self._workspace is None else Workspace()
        twin._saved = None
        twin._shard = index
        twin.l1 = twin.l2 = 0.0
        return twin

    # What an implementation of forward and backward is written with.

    def add_parameter(self, name: str, value: Array) -> None:
        """Create a parameter and its gradient, which is zero until the first backward."""
        self._parameters[name] = np.ascontiguousarray(value, self.dtype)
        self._gradients[name] = np.zeros(value.shape, self.dtype)

    def add_buffer(self, name: str, value: Array) -> None:
        """Create a buffer; it is saved with the model but not trained."""
        self._buffers[name] = np.array(value)

    def check_input(self, x: Array) -> Array:
        """Return ``x`` in the layer's dtype, or raise.

        Raises
        ------
        ValueError
            If the shape does not fit.
        TypeError
            If x does not hold real numbers.
        """
        self._require_build()
        x = np.asarray(x)
        if x.dtype != self.dtype:
            if x.dtype.kind not in "biuf":
                raise TypeError(f"x must be real numbers, got an array of dtype {x.dtype}")
            x = x.astype(self.dtype)
        if x.shape[1:] != self.input_shape or x.ndim == 0:
            raise ValueError(self._shape_message(x.shape))
        return x

    def buffer(
        self, name: str, shape: Shape, *, training: bool = True, dtype: DTypeLike | None = None
    ) -> Array:
        """Return an uninitialised array, reused between training steps of a model.

        Valid until the next request for the same name. Outside training, and in a layer that
        stands alone, it is a fresh array.
        """
        dtype = self.dtype if dtype is None else dtype
        if training and self._workspace is not None:
            return self._workspace.empty(name, shape, dtype)
        return np.empty(shape, dtype)

    def save_for_backward(self, *values: Any) -> None:
        """Keep what `backward` needs; call it in a training forward only."""
        self._saved = values

    def saved(self) -> tuple[Any, ...]:
        """Return what the last training forward remembered, once.

        Raises
        ------
        RuntimeError
            If there is nothing, or it has been used already.
        """
        values = self._saved
        if values is None:
            raise RuntimeError(
                f"backward of {type(self).__name__} follows one forward(x, training=True), got a "
                "backward without it or a second one; run the forward again"
            )
        self._saved = None
        return values

    def clear_saved(self) -> None:
        """Drop what the last training forward remembered."""
        self._saved = None

    def enter_model(self) -> None:
        """Allow the memory of training steps to be reused: a model calls this for its layers."""
        self._workspace = Workspace()

    def add_penalty_gradient(self) -> None:
        """Add l1 sign(W) + l2 W to the gradient of ``"weight"``, in place."""
        if not (self.l1 or self.l2):
            return
        W, dW = self._parameters["weight"], self._gradients["weight"]
        term = self.buffer("penalty", W.shape)
        if self.l1:
            np.sign(W, out=term)
            term *= self.l1
            dW += term
        if self.l2:
            np.multiply(W, self.l2, out=term)
            dW += term

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.config().items())
        return f"{type(self).__name__}({options})"

    def _require_build(self) -> None:
        if self.input_shape is None:
            raise RuntimeError(
                f"{type(self).__name__} has no sizes yet; put it into a Sequential with "
                "input_shape=, or call build(input_shape, rng=rng, dtype=dtype)"
            )

    def _shape_message(self, got: Shape) -> str:
        expected = self.input_shape or ()
        inner = "".join(f", {size}" for size in expected)
        message = f"{type(self).__name__} expects x of shape (batch{inner}), got {got}"
        if got == expected:
            return f"{message}; one sample needs a batch axis: x[None]"
        if len(got) > 0 and math.prod(got[1:]) == math.prod(expected):
            return f"{message}; the sizes agree, so x.reshape(len(x){inner}) may be meant"
        return f"{message}; check input_shape= of the model against the data"


def _to_json(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if hasattr(value, "to_json"):
        return value.to_json()
    if inspect.isfunction(value):
        return value.__name__
    return value
