"""A model: a list of layers, each of which takes the output of the layer before it."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from np_layers._checks import positive_int, sample_shape
from np_layers._types import Array, Shape
from np_layers.arithmetic import get_arithmetic
from np_layers.layers._layer_list import Summary, checked_layers, layer_table
from np_layers.layers.base import Layer, run_backward, run_forward
from np_layers.layers.registry import layers_from_config, layers_to_config, register

PREDICT_BYTES = 1 << 22  # size of the largest array between two layers in predict
LINE_LENGTH = 88  # longest repr on one line

S = TypeVar("S", bound="Sequential")


@register
class Sequential(Layer):
    """y = f_k(… f_2(f_1(x))).

    Parameters
    ----------
    layers : iterable of Layer or of (str, Layer)
        The layers in order. The parameters of a layer are called ``"name.weight"``. The name of an
        unnamed layer is its position: ``"0.weight"``.
    input_shape : tuple of int or int
        Shape of one sample, without the batch axis. The layers are built for it. Leave it out
        for a Sequential that is a layer of another model.
    rng : numpy.random.Generator
        Source of the initial parameters; needed with ``input_shape``.
    dtype : dtype
        float32 or float64; inputs are converted to it.
    arithmetic : str
        ``"native"`` computes as NumPy does: fast, and the last bits depend on the machine.
        ``"exact"`` gives the same bits on every machine (docs/exact.md). It holds for all layers
        inside and is saved in the model file.

    Notes
    -----
    The arrays that `forward` and `backward` return belong to the caller. `backward` writes into
    the arrays that `gradients` returns. A forward without training does not disturb a pending
    backward. ``model[:-1]`` is a model that shares the layers.

    Examples
    --------
    >>> from np_layers import Dense, ReLU, cross_entropy
    >>> model = Sequential(
    ...     [Dense(8), ReLU(), Dense(3)], input_shape=(4,), rng=np.random.default_rng(0)
    ... )
    >>> model
    Sequential([Dense(units=8), ReLU(), Dense(units=3)])
    >>> logits = model.forward(np.ones((5, 4)), training=True)
    >>> loss, grad_logits = cross_entropy(logits, np.array([0, 1, 2, 0, 1]))
    >>> model.backward(grad_logits).shape
    (5, 4)
    >>> list(model.gradients())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    def __init__(
        self,
        layers: Iterable[Layer | tuple[str, Layer]],
        *,
        input_shape: Shape | int | None = None,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
        arithmetic: str = "native",
    ) -> None:
        get_arithmetic(arithmetic)  # raises ValueError for an unknown name
        self._arithmetic = arithmetic
        self._named = checked_layers(layers)
        if input_shape is None:
            if rng is not None:
                raise TypeError("Sequential needs input_shape= if rng= is given, got None")
            return
        if not isinstance(rng, np.random.Generator):
            raise TypeError(
                f"Sequential needs rng= to draw its parameters, got {rng!r}; "
                "pass numpy.random.default_rng(seed)"
            )
        self.build(sample_shape("input_shape", input_shape), rng=rng, dtype=dtype)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Build the layers in order, each with the output shape of the one before."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, got {np.dtype(dtype)!r}")
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        shapes = {}
        for name, layer in self._named.items():
            try:
                shape = shapes[name] = layer.build(shape, rng=rng, dtype=dtype)
            except ValueError as error:
                raise ValueError(f"layer {name!r}: {error}") from error
            if layer.input_shape is None:
                raise RuntimeError(f"layer {name!r}: its build must call super().build(…)")
            if not isinstance(shape, tuple):
                raise TypeError(
                    f"layer {name!r}: build must return the output shape, got {shape!r}"
                )
        self._connect(shapes)
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the output of the last layer, shape (batch, *output_shape)."""
        x = y = self.check_input(x)
        for layer in self._named.values():
            y = run_forward(layer, y, training=training)
        if training:
            self.save_for_backward(y.shape)
        return self._own(y) if training else self.hand_out(y, x)

    @overload
    def backward(self, grad_output: Array, *, input_gradient: Literal[True] = True) -> Array: ...

    @overload
    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None: ...

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx by the chain rule, from the last layer to the first.

        With ``input_gradient=False``, as in a training loop, the work stops at the first layer
        that has parameters, and its product for dL/dx is left out.
        """
        (shape,) = self.saved()
        grad: Any = np.asarray(grad_output, self.dtype)
        if grad.shape != shape:
            self.save_for_backward(shape)
            raise ValueError(
                f"the gradient of the loss must have the output's shape {shape}, got {grad.shape}"
            )
        last_needed = 0 if input_gradient else self._first_trained()
        for position, layer in reversed(list(enumerate(self._named.values()))):
            if position < last_needed:
                layer.clear_saved()
            else:
                needed = input_gradient or position > last_needed
                grad = run_backward(layer, grad, input_gradient=needed)
        return self._own(grad) if input_gradient else None

    def predict(self, x: ArrayLike, *, batch_size: int = 1024) -> Array:
        """Return the outputs (logits, if the last layer is linear) for any number of rows.

        Parameters
        ----------
        x : array_like of shape (rows, *input_shape)
            May be memory-mapped, a DataFrame, a tensor or a list; it is read in parts.
        batch_size : int
            Largest number of rows that go through the layers at once. Fewer rows are used if the
            arrays between the layers would not fit into a cache.

        Returns
        -------
        ndarray of shape (rows, *output_shape)
        """
        self._require_build()
        largest = max(math.prod(shape) for shape in self.shapes.values())
        fitting = PREDICT_BYTES // max(1, largest * self.dtype.itemsize)
        rows = min(positive_int("batch_size", batch_size), max(1, fitting))
        data: Any = x  # anything that has a length and can be sliced
        if len(data) <= rows:
            return self(data)
        y = np.empty((len(data), *self.output_shape), self.dtype)
        for start in range(0, len(data), rows):
            y[start : start + rows] = self(data[start : start + rows])
        return y

    @property
    def layers(self) -> list[Layer]:
        """The layers in order."""
        return list(self._named.values())

    def named_layers(self) -> dict[str, Layer]:
        """Return the layers in order by name."""
        return dict(self._named)

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays: ``"0.weight"``, ``"0.bias"``, …."""
        return dict(self._prefixed("parameters"))

    def gradients(self) -> dict[str, Array]:
        """Return the live gradients of loss + penalty under the names of `parameters`."""
        return dict(self._prefixed("gradients"))

    def buffers(self) -> dict[str, Array]:
        """Return the live arrays that are saved but not trained."""
        return dict(self._prefixed("buffers"))

    def _all_parameters(self) -> dict[str, Array]:
        return dict(self._prefixed("_all_parameters"))

    def penalty(self) -> float:
        """Return Σ l1 ‖W‖₁ + l2/2 ‖W‖² over the layers; its gradient is part of `gradients`."""
        return sum((layer.penalty() for layer in self._named.values()), 0.0)

    @property
    def flops(self) -> int:
        """Sum of the layers' operations."""
        return sum(layer.flops for layer in self._named.values())

    def summary(self) -> Summary:
        """Return a table of the layers with output shapes, parameters and operations.

        It is a string. A notebook shows it as a table, and a built model too.

        Examples
        --------
        >>> from np_layers import Dense, ReLU
        >>> layers = [Dense(8), ReLU(), Dense(3)]
        >>> print(Sequential(layers, input_shape=4, rng=np.random.default_rng(0)).summary())
        name   layer  output shape  parameters  FLOPs
        input         (4,)
        0      Dense  (8,)                  40     72
        1      ReLU   (8,)                   0      8
        2      Dense  (3,)                  27     51
        total                               67    131
        """
        self._require_build()
        return layer_table(self._named, self.input_shape or (), self.shapes)

    def config(self) -> dict[str, Any]:
        """Return ``{"layers": […]}``; a named layer is a pair [name, configuration]."""
        return {"layers": layers_to_config(self._named)}

    def to_config(self) -> dict[str, Any]:
        """Return the architecture as JSON values.

        It has the layers; input_shape and dtype if the model is built; and arithmetic if that is
        not ``"native"``.
        """
        config = self.config()
        if self.input_shape is not None:
            config |= {"input_shape": list(self.input_shape), "dtype": self.dtype.name}
        if self._arithmetic != "native":
            config["arithmetic"] = self._arithmetic
        return config

    @classmethod
    def from_config(
        cls: type[S], config: Mapping[str, Any], *, rng: np.random.Generator | None = None
    ) -> S:
        """Make the model that `to_config` described.

        Parameters
        ----------
        config : mapping
            What `to_config` returned; it may have been written as JSON and read again.
        rng : numpy.random.Generator
            Source of the initial parameters. Without it all parameters are zero, ready for
            `load_state_dict`.

        Raises
        ------
        KeyError
            If a layer's name is not registered.
        """
        options = dict(config)
        layers = layers_from_config(options.pop("layers"))
        if "input_shape" not in options:
            return cls(layers, **options)
        options["input_shape"] = tuple(options["input_shape"])
        model = cls(layers, **options, rng=rng or np.random.default_rng(0))
        if rng is None:
            for array in model.parameters().values():
                array[...] = 0
        return model

    def enter_model(self, arithmetic: str = "native") -> None:
        """Allow memory to be reused, here and in the layers, and set their arithmetic."""
        super().enter_model(arithmetic)
        for layer in self._named.values():
            layer.enter_model(arithmetic)

    def clear_saved(self) -> None:
        """Drop what the last training forward saved, in every layer."""
        super().clear_saved()
        for layer in self._named.values():
            layer.clear_saved()

    def __len__(self) -> int:
        return len(self._named)

    @overload
    def __getitem__(self, key: int | str) -> Layer: ...

    @overload
    def __getitem__(self, key: slice) -> Sequential: ...

    def __getitem__(self, key: int | str | slice) -> Layer:
        """Return one layer by position or name, or a model of neighbouring layers by slice."""
        if isinstance(key, slice):
            return self._part(key)
        return self._named[key] if isinstance(key, str) else self.layers[key]

    def __repr__(self) -> str:
        items = [
            repr(layer) if name == str(i) else repr((name, layer))
            for i, (name, layer) in enumerate(self._named.items())
        ]
        line = f"{type(self).__name__}([{', '.join(items)}])"
        if len(line) <= LINE_LENGTH:
            return line
        lines = "".join(f"{textwrap.indent(item, '    ')},\n" for item in items)
        return f"{type(self).__name__}([\n{lines}])"

    def _repr_html_(self) -> str:
        if self.input_shape is None:
            return f"<pre>{html.escape(repr(self))}</pre>"
        return self.summary()._repr_html_()

    def _part(self, key: slice) -> Sequential:
        if key.step not in (None, 1):
            raise ValueError(f"a slice of a model must have step 1, got {key.step!r}")
        part = Sequential(list(self._named.items())[key], arithmetic=self._arithmetic)
        if self.input_shape is not None:
            Layer.build(
                part,
                part.layers[0].input_shape or (),
                rng=np.random.default_rng(0),
                dtype=self.dtype,
            )
            part._connect({name: self.shapes[name] for name in part._named})
        return part

    def _connect(self, shapes: dict[str, Shape]) -> None:
        """Store the output shapes of the built layers, and let the layers reuse memory."""
        self.shapes = shapes
        self.output_shape = list(shapes.values())[-1]
        for layer in self._named.values():
            layer.enter_model(self._arithmetic)

    def _first_trained(self) -> int:
        """Return the position of the first layer with parameters that are not frozen."""
        trained = (i for i, layer in enumerate(self._named.values()) if layer.parameters())
        return next(trained, len(self._named))

    def _own(self, array: Array) -> Array:
        """Return a copy, which no later step overwrites, unless this model is inside another."""
        return array.copy() if self._workspace is None else array

    def _prefixed(self, kind: str) -> Iterator[tuple[str, Array]]:
        self._require_build()
        for name, layer in self._named.items():
            for key, array in getattr(layer, kind)().items():
                yield f"{name}.{key}", array
