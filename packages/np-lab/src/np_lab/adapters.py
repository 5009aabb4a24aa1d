"""Let a student's class train in another library: its base class is passed in, never imported.

A class with parameters is made as ``Student(inputs, *arguments, rng=rng)``, where ``inputs`` is
the length of axis 1 of its input. One without is made as ``Student(*arguments)``. Parameters are
the attributes that have a gradient of the same name with a "d" before it, such as ``W`` and ``dW``.
Other arrays that a new object has, such as ``running_mean``, are saved with the model.

What the adapters return has the student's name with "Student" before it. Registered under it, a
saved model with such a layer can be loaded, and a recipe of the pipeline can use both.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np


def as_layer(student: type, base: type) -> type:
    """Return a layer class of another library that computes with a student's class.

    Parameters
    ----------
    student : class
        With ``forward(x)`` and ``backward(G)``; the gradients of its parameters ``W``, ``b``, … are
        ``dW``, ``db``, … after backward, and None before.
    base : class
        Base class of layers, such as ``np_layers.Layer``: it has ``build``, ``add_parameter``,
        ``add_buffer``, ``parameters``, ``buffers`` and ``gradients``, and calls ``forward`` and
        ``backward``.

    Examples
    --------
    With np-layers: ``Sequential([as_layer(Dense, Layer)(64), ReLU(), as_layer(Dense, Layer)(10)],
    input_shape=(784,), rng=rng)``. A recipe writes ``- StudentDense: {outputs: 64}`` after
    ``np_layers.register(as_layer(Dense, Layer))``.
    """
    signature = inspect.signature(student)
    has_size = "rng" in signature.parameters
    knows_training = "training" in inspect.signature(student.forward).parameters  # type: ignore[attr-defined]

    class StudentLayer(base):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            sizes = (None,) if has_size else ()
            given = signature.bind_partial(*sizes, *arguments, **options).arguments
            self.options = {name: value for name, value in given.items() if value is not None}

        def config(self) -> dict[str, Any]:
            return self.options

        def build(self, input_shape: tuple[int, ...], *, rng: Any, dtype: Any) -> tuple[int, ...]:
            super().build(input_shape, rng=rng, dtype=dtype)
            sizes = (input_shape[0],) if has_size else ()
            self.student = student(*sizes, **self.options, **({"rng": rng} if has_size else {}))
            state = vars(self.student).items()
            names = [name for name, _ in state if hasattr(self.student, f"d{name}")]
            for name, value in state:
                if name in names:
                    self.add_parameter(name, np.asarray(value))
                elif isinstance(value, np.ndarray):
                    self.add_buffer(name, value)
            return tuple(self.forward(np.zeros((1, *input_shape), dtype)).shape[1:])

        def forward(self, x: Any, *, training: bool = False) -> Any:
            for name, value in {**self.parameters(), **self.buffers()}.items():
                setattr(self.student, name, value)
            options = {"training": training} if knows_training else {}
            y = np.asarray(self.student.forward(x, **options), self.dtype)
            for name, value in self.buffers().items():
                value[...] = getattr(self.student, name)
            return y

        def backward(self, grad_output: Any, *, input_gradient: bool = True) -> Any:
            grad_input = np.asarray(self.student.backward(grad_output), self.dtype)
            for name in self.parameters():
                self.gradients()[name][...] = getattr(self.student, f"d{name}")
            return grad_input

        __repr__ = _call

    return _named(StudentLayer, student)


def as_optimizer(student: type, base: type) -> type:
    """Return an optimizer class of another library that steps with a student's class.

    Parameters
    ----------
    student : class
        With ``step(p, g)``, which changes the array p in place. Each parameter gets an object of
        its own. Before each step its attribute ``lr``, if it has one, is set to the learning rate.
    base : class
        Base class of optimizers, such as ``np_optim.Optimizer``: it has ``steps``, the number of
        steps so far, and ``current_lr``, the learning rate of the next one.

    Examples
    --------
    With np-optim: ``as_optimizer(Adam, Optimizer)(lr=0.001)``. A recipe writes ``optimizer:
    StudentAdam`` after ``np_optim.register(as_optimizer(Adam, Optimizer))``.
    """
    signature = inspect.signature(student)
    has_lr = "lr" in signature.parameters

    class StudentOptimizer(base):  # type: ignore[misc]
        def __init__(self, lr: Any = 1.0, **options: Any) -> None:
            signature.bind_partial(**options)  # an unknown option is an error now
            super().__init__(lr)
            self.options = {"lr": lr, **options} if has_lr else options
            self.students: dict[str, Any] = {}

        def step(self, params: dict[str, Any], grads: dict[str, Any]) -> None:
            lr = self.current_lr
            for key, p in params.items():
                own = self._student(key)
                if hasattr(own, "lr"):
                    own.lr = lr
                own.step(p, grads[key])
            self.steps += 1

        def state_dict(self) -> dict[str, Any]:
            return {"step": np.array(self.steps)} | {
                f"{name}/{key}": np.array(value)
                for key, own in self.students.items()
                for name, value in vars(own).items()
            }

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.students = {}
            self.steps = int(state_dict["step"])
            for place, value in state_dict.items():
                name, slash, key = place.partition("/")
                if slash:
                    setattr(self._student(key), name, value.copy() if value.ndim else value.item())

        def _student(self, key: str) -> Any:
            if key not in self.students:
                rate = {"lr": self.current_lr} if has_lr else {}
                self.students[key] = student(**self.options | rate)
            return self.students[key]

        __repr__ = _call

    # step does all the work, so what the base class asks for otherwise is not needed.
    StudentOptimizer.__abstractmethods__ = frozenset()
    return _named(StudentOptimizer, student)


def _call(self: Any) -> str:
    """Return the call that made a layer or an optimizer."""
    options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
    return f"{type(self).__name__}({options})"


def _named(cls: type, student: type) -> type:
    cls.__name__ = cls.__qualname__ = f"Student{student.__name__}"
    return cls
