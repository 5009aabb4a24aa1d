"""A model is a list of layers, each fed with the output of the one before; it is a layer itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.checks import positive_int
from np_layers.layers.base import Layer
from np_layers.layers.layer_list import named_layers, sample_shape
from np_layers.layers.registry import layer_from_config, layer_to_config, register
from np_layers.layers.state import load_state_dict, state_dict
from np_layers.layers.summary import summary

PREDICT_BYTES = 1 << 22  # of the largest array between two layers, when predicting in parts


@register
class Sequential(Layer):
    """y = f_k(… f_2(f_1(x))).

    Parameters
    ----------
    layers
        Layers, or pairs (name, layer). The parameters of a layer are called ``"name.weight"``;
        without a name, its position: ``"0.weight"``.
    input_shape
        Shape of one sample, without the batch axis. Sizes are inferred from it, and the
        parameters drawn. Left out for a Sequential that is a layer of another model.
    rng
        Source of the initial parameters; goes with ``input_shape``.
    dtype
        float32 or float64; inputs are converted to it.

    Notes
    -----
    What `forward` and `backward` return belongs to the caller. `backward` writes the gradients
    into the arrays that `gradients` has handed out. A forward without training leaves a pending
    backward alone. A model that has been trained keeps the memory of its largest batch for the
    next step.

    Examples
    --------
    >>> from np_layers import Dense, ReLU, cross_entropy
    >>> model = Sequential(
    ...     [Dense(8), ReLU(), Dense(3)], input_shape=(4,), rng=np.random.default_rng(0)
    ... )
    >>> logits = model.forward(np.ones((5, 4)), training=True)
    >>> loss, grad_logits = cross_entropy(logits, np.array([0, 1, 2, 0, 1]))
    >>> model.backward(grad_logits).shape
    (5, 4)
    >>> sorted(model.gradients()) == sorted(model.parameters())
    True
    """

    def __init__(
        self,
        layers: Iterable[Layer | tuple[str, Layer]],
        *,
        input_shape: Shape | int | None = None,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self._named = named_layers(layers)
        if input_shape is None:
            if rng is not None:
                raise TypeError("Sequential needs input_shape= beside rng=, got None")
            return
        if not isinstance(rng, np.random.Generator):
            raise TypeError(
                f"Sequential needs rng= to draw its parameters, got {rng!r}; "
                "pass numpy.random.default_rng(seed)"
            )
        self.build(sample_shape(input_shape), rng=rng, dtype=dtype)

    @property
    def layers(self) -> list[Layer]:
        """The layers in order."""
        return list(self._named.values())

    def named_layers(self) -> dict[str, Layer]:
        """Return the layers in order by name."""
        return dict(self._named)

    def build(self, input_shape: Shape, *, rng: np.random.Generator, dtype: DTypeLike) -> Shape:
        """Build the layers in order, each with the output shape of the one before."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, got {np.dtype(dtype)!r}")
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.shapes: dict[str, Shape] = {}
        for name, layer in self._named.items():
            try:
                shape = self.shapes[name] = layer.build(shape, rng=rng, dtype=dtype)
            except ValueError as error:
                raise ValueError(f"layer {name!r}: {error}") from error
        self._enclose()
        self.output_shape = shape
        return shape

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the last layer's output, shape (batch, *output_shape)."""
        x = y = self.check_input(x)
        for layer in self._named.values():
            y = layer.forward(y, training=training)
        if training:
            self.save_for_backward(y.shape)
        return self._hand_out(y, x, training=training)

    def backward(self, grad_output: Array, *, input_gradient: bool = True) -> Array | None:
        """Return dL/dx by the chain rule, from the last layer to the first.

        With ``input_gradient=False``, as in a training loop, the work stops at the first layer
        that has parameters, which leaves out its product for dL/dx as well.
        """
        (shape,) = self.saved()
        grad: Any = np.asarray(grad_output, self.dtype)
        if grad.shape != shape:
            self.save_for_backward(shape)
            raise ValueError(
                f"the gradient of the loss has the output's shape {shape}, got {grad.shape}"
            )
        source = grad
        last_needed = 0 if input_gradient else self._first_trained
        for position, layer in reversed(list(enumerate(self._named.values()))):
            if position < last_needed:
                layer.clear_saved()
            else:
                wanted = input_gradient or position > last_needed
                grad = layer.backward(grad, input_gradient=wanted)
        return self._hand_out(grad, source) if input_gradient else None

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays: ``"0.weight"``, ``"0.bias"``, …."""
        return dict(self._prefixed("parameters"))

    def gradients(self) -> dict[str, Array]:
        """Return the live gradients of loss + penalty under the names of `parameters`."""
        return dict(self._prefixed("gradients"))

    def buffers(self) -> dict[str, Array]:
        """Return the live arrays that are state but not trained."""
        return dict(self._prefixed("buffers"))

    def penalty(self) -> float:
        """Return Σ l1 ‖W‖₁ + l2/2 ‖W‖² over the layers; its gradient is in `gradients`."""
        return sum((layer.penalty() for layer in self._named.values()), 0.0)

    @property
    def flops(self) -> int:
        """Floating-point operations of `forward` for one sample."""
        return sum(layer.flops for layer in self._named.values())

    def predict(self, x: Array, *, batch_size: int = 1024) -> Array:
        """Return the outputs (logits, when the last layer is linear) for any number of rows.

        Parameters
        ----------
        x
            Shape (rows, *input_shape); may be memory-mapped, it is read in parts.
        batch_size
            Most rows that go through the layers at once. They are fewer where the arrays between
            layers would outgrow a cache, and bound the memory, not the result's meaning.

        Returns
        -------
        ndarray
            Shape (rows, *output_shape).
        """
        self._require_build()
        largest = max(math.prod(shape) for shape in self.shapes.values()) if self.shapes else 1
        fitting = PREDICT_BYTES // max(1, largest * self.dtype.itemsize)
        rows = min(positive_int("batch_size", batch_size), max(1, fitting))
        if len(x) <= rows:
            return self.forward(x)
        y = np.empty((len(x), *self.output_shape), self.dtype)
        for start in range(0, len(x), rows):
            y[start : start + rows] = self.forward(x[start : start + rows])
        return y

    def summary(self) -> str:
        """Return a table of the layers with output shapes, parameters and operations."""
        return summary(self)

    def state_dict(self) -> dict[str, Array]:
        """Return copies of all parameters and buffers."""
        return state_dict(self)

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Copy a state into the live arrays, all or nothing; errors name the key."""
        load_state_dict(self, state)

    def replica(self, index: int = 1) -> Sequential:
        """Return a second model that shares the parameters; see `Layer.replica`."""
        twin = super().replica(index)
        twin._named = {name: layer.replica(index) for name, layer in self._named.items()}
        twin._enclose()
        return twin

    def clear_saved(self) -> None:
        """Drop what the last training forward remembered, in every layer."""
        super().clear_saved()
        for layer in self._named.values():
            layer.clear_saved()

    def config(self) -> dict[str, Any]:
        """Return ``{"layers": […]}``; a named layer is a pair [name, configuration]."""
        return {
            "layers": [
                layer_to_config(layer) if name == str(i) else [name, layer_to_config(layer)]
                for i, (name, layer) in enumerate(self._named.items())
            ]
        }

    def to_config(self) -> dict[str, Any]:
        """Return the architecture as JSON values: layers, once built also input_shape, dtype."""
        if self.input_shape is None:
            return self.config()
        return {
            **self.config(),
            "input_shape": list(self.input_shape),
            "dtype": self.dtype.name,
        }

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], *, rng: np.random.Generator | None = None
    ) -> Sequential:
        """Make the model that `to_config` described.

        Parameters
        ----------
        config
            What `to_config` returned, possibly by way of JSON.
        rng
            Source of the initial parameters. Without it all parameters are zero, to be filled by
            `load_state_dict`.

        Raises
        ------
        KeyError
            If a layer's name is not registered.
        """
        options = dict(config)
        layers = [
            (item[0], layer_from_config(item[1]))
            if isinstance(item, (list, tuple))
            else layer_from_config(item)
            for item in options.pop("layers")
        ]
        if "input_shape" not in options:
            return cls(layers, **options)
        options["input_shape"] = tuple(options["input_shape"])
        model = cls(layers, **options, rng=rng or np.random.default_rng(0))
        if rng is None:
            for array in model.parameters().values():
                array[...] = 0
        return model

    def __len__(self) -> int:
        return len(self._named)

    def __getitem__(self, key: int | str) -> Layer:
        return self._named[key] if isinstance(key, str) else self.layers[key]

    def __repr__(self) -> str:
        items = (
            repr(layer) if name == str(i) else repr((name, layer))
            for i, (name, layer) in enumerate(self._named.items())
        )
        return f"Sequential([{', '.join(items)}])"

    def _enclose(self) -> None:
        """Let the layers reuse memory, and note where the parameters begin."""
        for layer in self._named.values():
            layer.enter_model()
        trained = [i for i, layer in enumerate(self._named.values()) if layer.parameters()]
        self._first_trained = trained[0] if trained else len(self._named)

    def _hand_out(self, array: Any, source: Array, *, training: bool = True) -> Array:
        """Return an array that belongs to the caller, unless this model is inside another."""
        inside = self._workspace is not None
        if inside or not (training or np.may_share_memory(array, source)):
            return array  # type: ignore[no-any-return]
        return array.copy()  # type: ignore[no-any-return]

    def _prefixed(self, kind: str) -> Iterator[tuple[str, Array]]:
        self._require_build()
        for name, layer in self._named.items():
            for key, array in getattr(layer, kind)().items():
                yield f"{name}.{key}", array
