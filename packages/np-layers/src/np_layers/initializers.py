"""Initialisers: functions that draw the initial parameters.

An initialiser is called as ``init(shape, fan_in=…, fan_out=…, rng=…, dtype=…)``. ``fan_in`` is the
number of inputs that one output sums over; ``fan_out`` is the number of outputs that one input
reaches. Numbers are drawn in float64 and rounded, so float32 and float64 models start with the
same numbers. They have equal bits on every machine, in native arithmetic too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from np_layers._names import Registry
from np_layers._types import Array, Shape
from np_layers.arithmetic.normal_distribution import standard_normal


class Initializer(Protocol):
    """A function that draws an initial array."""

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        ...


def he_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 2/fan_in), which keeps the variance through ReLU (He et al., 2015).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> W = he_normal((784, 128), fan_in=784, fan_out=128, rng=rng, dtype=np.float32)
    >>> W.dtype, round(float(W.std()), 3)
    (dtype('float32'), 0.05)
    """
    return (math.sqrt(2 / fan_in) * standard_normal(rng, shape)).astype(dtype)


def he_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±√(6/fan_in)), which has the variance of `he_normal` (He et al., 2015)."""
    limit = math.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, shape).astype(dtype)


def xavier_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 2/(fan_in + fan_out)), for tanh-like activations (Glorot and Bengio, 2010)."""
    return (math.sqrt(2 / (fan_in + fan_out)) * standard_normal(rng, shape)).astype(dtype)


def xavier_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±√(6/(fan_in + fan_out))) (Glorot and Bengio, 2010)."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def lecun_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 1/fan_in), which keeps the variance of a linear layer (LeCun et al., 1998)."""
    return (math.sqrt(1 / fan_in) * standard_normal(rng, shape)).astype(dtype)


def torch_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±1/√fan_in), PyTorch's default for Linear and Conv2d, weight and bias alike.

    A layer with this ``weight_init`` draws its bias from it too, unless ``bias_init`` is given.
    """
    limit = math.sqrt(1 / fan_in)
    return rng.uniform(-limit, limit, shape).astype(dtype)


def zeros(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Return zeros, which suit biases. With zero weights all units of a layer stay equal."""
    return np.zeros(shape, dtype)


@dataclass(frozen=True)
class Uniform:
    """Draw U(low, high), which does not depend on fan_in and fan_out.

    Examples
    --------
    >>> Uniform(-1, 1)
    Uniform(low=-1, high=1)
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise ValueError(
                f"uniform needs finite low ≤ high, got low={self.low!r}, high={self.high!r}"
            )

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        return rng.uniform(self.low, self.high, shape).astype(dtype)


@dataclass(frozen=True)
class Normal:
    """Draw N(0, std²), which does not depend on fan_in and fan_out.

    Examples
    --------
    >>> Normal(0.01)
    Normal(std=0.01)
    """

    std: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.std < math.inf:
            raise ValueError(f"normal needs a finite std ≥ 0, got {self.std!r}")

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        return (self.std * standard_normal(rng, shape)).astype(dtype)


uniform = Uniform
normal = Normal

# A function is an initialiser. A class makes initialisers from the options in a configuration.
INITIALIZERS: Registry[Initializer | type[Initializer]] = Registry(
    "initialiser",
    {
        "he_normal": he_normal,
        "he_uniform": he_uniform,
        "xavier_normal": xavier_normal,
        "xavier_uniform": xavier_uniform,
        "lecun_normal": lecun_normal,
        "torch_uniform": torch_uniform,
        "zeros": zeros,
        "uniform": Uniform,
        "normal": Normal,
    },
)

Init = TypeVar("Init", bound=Callable[..., Any])


def register_initializer(initializer: Init) -> Init:
    """Register an initialiser of your own by its name, so that models with it can be saved.

    Parameters
    ----------
    initializer : function or dataclass
        A function, or a dataclass whose instances are initialisers; usable as a decorator. It
        must be registered before the model is saved, and again before the model is loaded.

    Returns
    -------
    function or dataclass
        The same object.

    Raises
    ------
    ValueError
        If another initialiser has the name already.

    Examples
    --------
    >>> from np_layers import Dense
    >>> @register_initializer
    ... def halves(shape, *, fan_in, fan_out, rng, dtype):
    ...     return np.full(shape, 0.5, dtype)
    >>> Dense(3, weight_init=halves).config()["weight_init"]
    'halves'
    >>> del INITIALIZERS["halves"]
    """
    return INITIALIZERS.register(initializer)


def get_initializer(spec: str | Mapping[str, Any] | Initializer) -> Initializer:
    """Return the initialiser that ``spec`` names.

    Parameters
    ----------
    spec : str, mapping or initialiser
        A name (``"he_normal"``), a mapping of a name and options as in configurations
        (``{"name": "uniform", "low": -1, "high": 1}``), or an initialiser, which is returned.

    Raises
    ------
    KeyError
        If the name is unknown.
    TypeError
        If ``spec`` is of another kind, or the initialiser does not take the options.

    Examples
    --------
    >>> get_initializer({"name": "uniform", "low": -1, "high": 1})
    Uniform(low=-1, high=1)
    """
    if callable(spec):
        return spec
    if isinstance(spec, str):
        spec = {"name": spec}
    if not isinstance(spec, Mapping):
        raise TypeError(f"an initialiser must be a name, a mapping or a function, got {spec!r}")
    options = dict(spec)
    name = options.pop("name", "")
    known = INITIALIZERS[name]
    if isinstance(known, type):
        return known(**options)
    if options:
        raise TypeError(f"initialiser {name!r} takes no numbers, got {options!r}")
    return known


def initializer_to_json(initializer: Any) -> str | dict[str, Any]:
    """Return what `get_initializer` turns back into the initialiser: a name, or a mapping.

    Raises
    ------
    KeyError
        If the initialiser is not registered.
    """
    for name, known in INITIALIZERS.items():
        if known is initializer:
            return name
        if known is type(initializer):
            return {"name": name, **vars(initializer)}
    name = getattr(initializer, "__name__", type(initializer).__name__)
    raise KeyError(
        f"unknown initialiser {name!r}, so a saved model could not be loaded; "
        "put @register_initializer before its definition"
    )


def bias_initializer(
    bias_init: str | Mapping[str, Any] | Initializer | None, weight_init: Initializer
) -> Initializer:
    """Return the given initialiser; without one `torch_uniform` if the weight has it, or zeros."""
    if bias_init is not None:
        return get_initializer(bias_init)
    return torch_uniform if weight_init is torch_uniform else zeros
