"""Let a student's class train in another library: its base class is passed in, never imported.

A class with parameters is made as ``Student(inputs, *arguments, rng=rng)``, where ``inputs`` is
the length of axis 1 of its input. One without is made as ``Student(*arguments)``. Parameters are
the attributes that have a gradient of the same name with a "d" before it, such as ``W`` and ``dW``.
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
        ``parameters`` and ``gradients``, and calls ``forward`` and ``backward``.

    Examples
    --------
    With np-layers: ``Sequential([as_layer(Dense, Layer)(64), ReLU(), as_layer(Dense, Layer)(10)],
    input_shape=(784,), rng=rng)``.
    """
    has_size = "rng" in inspect.signature(student).parameters
    knows_training = "training" in inspect.signature(student.forward).parameters  # type: ignore[attr-defined]

    class StudentLayer(base):  # type: ignore[misc]
        def __init__(self, *arguments: Any) -> None:
            self.arguments = arguments

        def build(self, input_shape: tuple[int, ...], *, rng: Any, dtype: Any) -> tuple[int, ...]:
            super().build(input_shape, rng=rng, dtype=dtype)
            sizes = {"rng": rng} if has_size else {}
            first = (input_shape[0],) if has_size else ()
            self.student = student(*first, *self.arguments, **sizes)
            self.names = [k for k in vars(self.student) if hasattr(self.student, f"d{k}")]
            for name in self.names:
                self.add_parameter(name, np.asarray(getattr(self.student, name)))
            return tuple(self.forward(np.zeros((1, *input_shape), dtype)).shape[1:])

        def forward(self, x: Any, *, training: bool = False) -> Any:
            for name in self.names:
                setattr(self.student, name, self.parameters()[name])
            options = {"training": training} if knows_training else {}
            return np.asarray(self.student.forward(x, **options), self.dtype)

        def backward(self, grad_output: Any, *, input_gradient: bool = True) -> Any:
            grad_input = np.asarray(self.student.backward(grad_output), self.dtype)
            for name in self.names:
                self.gradients()[name][...] = getattr(self.student, f"d{name}")
            return grad_input

    StudentLayer.__name__ = StudentLayer.__qualname__ = f"Student{student.__name__}"
    return StudentLayer


def as_optimizer(student: type, base: type) -> type:
    """Return an optimizer class of another library that steps with a student's class.

    Parameters
    ----------
    student : class
        With ``step(p, g)``, which changes the array p in place. Each parameter gets an object of
        its own.
    base : class
        Base class of optimizers, such as ``np_optim.Optimizer``.
    """

    class StudentOptimizer(base):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            self.options = options
            self.students: dict[str, Any] = {}

        def step(self, params: dict[str, Any], grads: dict[str, Any]) -> None:
            for key, p in params.items():
                if key not in self.students:
                    self.students[key] = student(**self.options)
                self.students[key].step(p, grads[key])

        def __repr__(self) -> str:
            options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
            return f"{type(self).__name__}({options})"

    # step does all the work, so what the base class asks for otherwise is not needed.
    StudentOptimizer.__abstractmethods__ = frozenset()
    StudentOptimizer.__name__ = StudentOptimizer.__qualname__ = f"Student{student.__name__}"
    return StudentOptimizer
