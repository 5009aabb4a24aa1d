"""Base class of all layers.

A layer is made with its options, built once its input shape is known, run forward, and run
backward once after each training forward. Inputs and outputs are arrays or dictionaries of arrays.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from np_layers._checks import checked_state, shape_message
from np_layers._types import Array, Shape
from np_layers.arithmetic import get_arithmetic
from np_layers.initializers import initializer_to_json
from np_layers.kernels.workspace import Workspace

L = TypeVar("L", bound="Layer")


class Layer:
    """Base class of all layers: y = f(x; parameters).

    A layer of your own defines `forward` and `backward`, and also `build` if it has parameters or
    changes the shape. It keeps every constructor argument as an attribute of the same name, so
    that `config` can save it. `check_input`, `buffer`, `save_for_backward` and `saved` help.

    Attributes
    ----------
    input_shape : tuple of int, or None before `build`
        Shape of one sample, without the batch axis.
    dtype : numpy.dtype
        Type of parameters, activations and gradients.
    l1, l2 : float
        Strength of the penalty on the parameter ``"weight"``.

    Notes
    -----
    A layer never writes into its arguments. A layer outside a model returns arrays that belong to
    the caller. A layer of a model may return its argument, or memory that the next training step
    overwrites; the model copies what it returns to the user.

    Copies (`copy`, `pickle`) hold parameters and buffers, but not what a training forward saved.
    """

    input_shape: Shape | None = None
    dtype: np.dtype[Any] = np.dtype(np.float32)
    l1: float = 0.0
    l2: float = 0.0

    _workspace: Workspace | None = None  # only in a layer of a model
    _saved: tuple[Any, ...] | None = None
    _arithmetic: str = "native"
    _frozen: bool = False

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Infer sizes, create parameters and return the output shape.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one sample, without the batch axis.
        rng : numpy.random.Generator
            Source of the initial parameters.
        dtype : dtype
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
            If the layer was built before, or an earlier build failed.
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
        """Return y = f(x).

        Parameters
        ----------
        x : ndarray of shape (batch, *input_shape)
            Never written. With ``training=True`` x and y are kept, not copied, until `backward`,
            so do not change them in between.
        training : bool
            Save what `backward` needs, and behave as in training (Dropout, BatchNorm).

        Returns
        -------
        ndarray of shape (batch, *output_shape)
        """
        raise TypeError(f"{type(self).__name__} must define forward()")

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx from dL/dy, and write dL/dparameter into `gradients`.

        Parameters
        ----------
        grad_output : ndarray, the shape of the last training forward's output
            dL/dy; never written.
        input_gradient : bool
            With False, dL/dx is not computed and None is returned.

        Raises
        ------
        RuntimeError
            If no training forward was run since the last backward.
        """
        raise TypeError(f"{type(self).__name__} must define backward()")

    def __call__(self, x: ArrayLike, *, training: bool = False) -> Array:
        """Return ``forward(x, training=training)``; x may also be a list, DataFrame or tensor."""
        return run_forward(self, np.asarray(x), training=training)

    @property
    def flops(self) -> int:
        """Floating-point operations of `forward` for one sample; a multiply-add counts as two."""
        return 0

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays by name; an optimizer updates them in place."""
        return {} if self._frozen else self._all_parameters()

    def gradients(self) -> dict[str, Array]:
        """Return the live gradients of loss + penalty by name, as the last backward left them."""
        self._require_build()
        return {} if self._frozen else dict(self._gradients)

    def buffers(self) -> dict[str, Array]:
        """Return the live arrays that are saved but not trained.

        These are running statistics and the like, and the parameters of frozen layers.
        """
        self._require_build()
        return (self._all_parameters() if self._frozen else {}) | self._buffers

    def freeze(self) -> None:
        """Stop the training of the parameters of this layer, and of the layers inside it.

        They move from `parameters` to `buffers`, have no gradients and no penalty, and are saved
        as before. A frozen `BatchNorm` computes as in evaluation; `Dropout` stays active. Model
        files do not keep which layers are frozen. After a change make a new optimizer.

        Examples
        --------
        >>> from np_layers import Dense, ReLU, Sequential
        >>> rng = np.random.default_rng(0)
        >>> model = Sequential([Dense(8), ReLU(), Dense(3)], input_shape=(4,), rng=rng)
        >>> model[:-1].freeze()
        >>> list(model.parameters())
        ['2.weight', '2.bias']
        """
        self._set_frozen(True)

    def unfreeze(self) -> None:
        """Train the parameters again, after `freeze`."""
        self._set_frozen(False)

    def named_layers(self) -> dict[str, Layer]:
        """Return the layers inside this one by name; empty, except for a `Sequential`."""
        return {}

    def penalty(self) -> float:
        """Return l1 ‖W‖₁ + l2/2 ‖W‖² of the weight W; its gradient is part of `gradients`."""
        if self._frozen or not (self.l1 or self.l2):
            return 0.0
        W = self.parameters()["weight"]
        term, axes = self.buffer("penalty", W.shape), tuple(range(W.ndim))
        l1_norm = self.arithmetic.total(np.abs(W, out=term), axes, dtype=np.float64)
        squares = self.arithmetic.total(np.square(W, out=term), axes, dtype=np.float64)
        return float(self.l1 * l1_norm + self.l2 / 2 * squares)

    def state_dict(self) -> dict[str, Array]:
        """Return copies of all parameters and buffers by name."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Copy a state into the live arrays in place: all of it, or nothing if a check fails.

        Parameters
        ----------
        state : mapping of str to ndarray
            What `state_dict` returned for a model with the same configuration.

        Raises
        ------
        KeyError
            If a name is missing or unknown.
        ValueError
            If a shape or dtype differs.
        """
        live = self._state()
        given = checked_state(state, live)
        for name, array in live.items():
            array[...] = given[name]

    def config(self) -> dict[str, Any]:
        """Return the constructor's keywords with JSON values.

        Raises
        ------
        KeyError
            If an initialiser is not registered, so that a file could not name it.
        TypeError
            If a constructor argument is not an attribute.
        """
        names = inspect.signature(type(self)).parameters
        for name in names:
            if not hasattr(self, name):
                raise TypeError(
                    f"a layer keeps each constructor argument as an attribute, got "
                    f"{type(self).__name__} without {name!r}; write self.{name} = {name}"
                )
        return {name: _to_json(getattr(self, name)) for name in names}

    @classmethod
    def from_config(cls: type[L], config: Mapping[str, Any]) -> L:
        """Make an unbuilt layer from what `config` returned."""
        return cls(**config)

    # Helpers for writing build, forward and backward.

    def add_parameter(self, name: str, value: Array) -> None:
        """Create a parameter, and its gradient, which is zero until the first backward.

        Call it in `build`, after ``super().build(…)``.
        """
        self._require_build()
        self._parameters[name] = np.ascontiguousarray(value, self.dtype)
        self._gradients[name] = np.zeros(value.shape, self.dtype)

    def add_buffer(self, name: str, value: Array) -> None:
        """Create a buffer: an array that is saved with the model but not trained."""
        self._require_build()
        self._buffers[name] = np.array(value)

    def check_input(self, x: Array) -> Array:
        """Return ``x`` in the layer's dtype, after checking it.

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
                raise TypeError(
                    f"x must be real numbers, got an array of dtype {x.dtype}; "
                    "convert it with x.astype(float)"
                )
            x = x.astype(self.dtype)
        if x.shape[1:] != self.input_shape or x.ndim == 0:
            raise ValueError(shape_message(type(self).__name__, self.input_shape or (), x.shape))
        return x

    def buffer(
        self, name: str, shape: Shape, *, training: bool = True, dtype: DTypeLike | None = None
    ) -> Array:
        """Return an uninitialised array to write a result into.

        In training, a layer of a model gets the same memory for the same name at every step.
        Otherwise the array is new.
        """
        dtype = self.dtype if dtype is None else dtype
        if training and self._workspace is not None:
            return self._workspace.empty(name, shape, dtype)
        return np.empty(shape, dtype)

    @property
    def arithmetic(self) -> ModuleType:
        """The functions that this layer computes with: `arithmetic.native` or `arithmetic.exact`.

        The model decides, see ``Sequential(…, arithmetic=…)``. A layer outside a model is native.
        """
        return get_arithmetic(self._arithmetic)

    def memory(self, operand: str, *, training: bool = True) -> Callable[[str, Shape], Array]:
        """Return a function that gives `buffer` memory to ``arithmetic.samples`` or ``weights``."""
        return lambda name, shape: self.buffer(
            f"{operand} {name}", shape, training=training, dtype=np.float64
        )

    def save_for_backward(self, *values: Any) -> None:
        """Save what `backward` needs; call it in a training forward only."""
        self._saved = values

    def saved(self) -> tuple[Any, ...]:
        """Return what the last training forward saved, and drop it.

        Raises
        ------
        RuntimeError
            If nothing is saved.
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
        """Drop what the last training forward saved."""
        self._saved = None

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

    def hand_out(self, y: Array, x: Array) -> Array:
        """Return ``y``, copied if it may share memory with ``x`` and no model holds this layer."""
        alone = self._workspace is None
        return y.copy() if alone and np.may_share_memory(y, x) else y

    def enter_model(self, arithmetic: str = "native") -> None:
        """Allow memory to be reused between training steps; a model calls this for its layers."""
        self._arithmetic = arithmetic
        if self._workspace is None:
            self._workspace = Workspace()

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in vars(self).items() if name != "_saved"}
        if self._workspace is not None:
            state["_workspace"] = Workspace()
        return state

    def __repr__(self) -> str:
        """Return the constructor call, without the options that have their default values."""
        options = [
            f"{name}={_to_text(getattr(self, name))}"
            for name, parameter in inspect.signature(type(self)).parameters.items()
            if hasattr(self, name) and _to_text(getattr(self, name)) != _to_text(parameter.default)
        ]
        return f"{type(self).__name__}({', '.join(options)})"

    def _set_frozen(self, frozen: bool) -> None:
        self._frozen = frozen
        for layer in self.named_layers().values():
            layer._set_frozen(frozen)

    def _all_parameters(self) -> dict[str, Array]:
        """Return the parameters, frozen or not."""
        self._require_build()
        return dict(self._parameters)

    def _state(self) -> dict[str, Array]:
        return {**self._all_parameters(), **self.buffers()}

    def _require_build(self) -> None:
        if self.input_shape is None:
            raise RuntimeError(
                f"{type(self).__name__} has no sizes yet; put it into a Sequential with "
                "input_shape=, or call build(…) (in build itself, super().build(…) comes first)"
            )


def run_forward(layer: Layer, x: Array, *, training: bool) -> Array:
    """Call ``layer.forward``; a layer of your own may leave out the keyword ``training``."""
    if takes(type(layer).forward, "training"):
        return layer.forward(x, training=training)
    return layer.forward(x)


def run_backward(layer: Layer, grad_output: Array, *, input_gradient: bool) -> Array | None:
    """Call ``layer.backward``; a layer of your own may leave out ``input_gradient``."""
    if takes(type(layer).backward, "input_gradient"):
        return layer.backward(grad_output, input_gradient=input_gradient)
    return layer.backward(grad_output)


@functools.cache
def takes(method: Callable[..., Any], keyword: str) -> bool:
    """Return whether a method has the keyword."""
    parameters = inspect.signature(method).parameters
    return keyword in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _to_json(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    return initializer_to_json(value) if callable(value) else value


def _to_text(value: Any) -> str:
    return repr(value.__name__ if inspect.isfunction(value) else value)
