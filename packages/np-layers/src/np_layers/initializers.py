"""Initial parameters, chosen so that signals keep their scale from layer to layer.

An initialiser is called as ``init(shape, fan_in=…, fan_out=…, rng=…, dtype=…)``. ``fan_in`` is the
number of inputs that one output sums over, ``fan_out`` the number of outputs that one input
reaches. Draws are made in float64 and rounded, so float32 and float64 models start from the same
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape


class Initializer(Protocol):
    """Anything that draws an initial array."""

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        ...


def he_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 2/fan_in): keeps the variance through ReLU (He et al., 2015).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> W = he_normal((784, 128), fan_in=784, fan_out=128, rng=rng, dtype=np.float32)
    >>> W.dtype, round(float(W.std()), 3)
    (dtype('float32'), 0.051)
    """
    return rng.normal(0.0, math.sqrt(2 / fan_in), shape).astype(dtype)


def he_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±√(6/fan_in)), which has the variance of `he_normal` (He et al., 2015)."""
    limit = math.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, shape).astype(dtype)


def xavier_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 2/(fan_in + fan_out)): for tanh-like activations (Glorot and Bengio, 2010)."""
    return rng.normal(0.0, math.sqrt(2 / (fan_in + fan_out)), shape).astype(dtype)


def xavier_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±√(6/(fan_in + fan_out))) (Glorot and Bengio, 2010)."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def lecun_normal(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw N(0, 1/fan_in): keeps the variance of a linear layer (LeCun et al., 1998)."""
    return rng.normal(0.0, math.sqrt(1 / fan_in), shape).astype(dtype)


def torch_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Draw U(±1/√fan_in), PyTorch's default for Linear and Conv2d, weight and bias alike.

    A layer whose ``weight_init`` is this one draws its bias from it too, unless told otherwise.
    """
    limit = math.sqrt(1 / fan_in)
    return rng.uniform(-limit, limit, shape).astype(dtype)


def zeros(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
) -> Array:
    """Return zeros: right for biases; as weights they leave all units of a layer equal."""
    return np.zeros(shape, dtype)


@dataclass(frozen=True)
class Uniform:
    """U(low, high), whatever the fan; made by `uniform`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise ValueError(f"uniform needs finite low ≤ high, got {self.low!r}, {self.high!r}")

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        return rng.uniform(self.low, self.high, shape).astype(dtype)

    def to_json(self) -> dict[str, Any]:
        """Return what `get_initializer` turns back into this object."""
        return {"name": "uniform", "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Normal:
    """N(0, std²), whatever the fan; made by `normal`."""

    std: float

    def __post_init__(self) -> None:
        if not 0 <= self.std < math.inf:
            raise ValueError(f"normal needs a finite std ≥ 0, got {self.std!r}")

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike
    ) -> Array:
        """Return a new array of ``shape`` and ``dtype``."""
        return rng.normal(0.0, self.std, shape).astype(dtype)

    def to_json(self) -> dict[str, Any]:
        """Return what `get_initializer` turns back into this object."""
        return {"name": "normal", "std": self.std}


def uniform(low: float = -1.0, high: float = 1.0) -> Uniform:
    """Return the initialiser that draws U(low, high).

    Examples
    --------
    >>> uniform(-1, 1).to_json()
    {'name': 'uniform', 'low': -1, 'high': 1}
    """
    return Uniform(low, high)


def normal(std: float = 1.0) -> Normal:
    """Return the initialiser that draws N(0, std²)."""
    return Normal(std)


INITIALIZERS: dict[str, Initializer] = {
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "xavier_normal": xavier_normal,
    "xavier_uniform": xavier_uniform,
    "lecun_normal": lecun_normal,
    "torch_uniform": torch_uniform,
    "zeros": zeros,
}


def get_initializer(spec: str | Mapping[str, Any] | Initializer) -> Initializer:
    """Return the initialiser that ``spec`` names.

    Parameters
    ----------
    spec
        A name (``"he_normal"``), a mapping with a name and its numbers (``{"name": "uniform",
        "low": -1, "high": 1}``) as configurations hold it, or an initialiser itself.

    Raises
    ------
    KeyError
        If the name is unknown.
    TypeError
        If ``spec`` is none of the three.

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
        raise TypeError(f"an initialiser is a name, a mapping or a function, got {spec!r}")
    options = dict(spec)
    name = options.pop("name", None)
    if name == "uniform":
        return uniform(**options)
    if name == "normal":
        return normal(**options)
    if name not in INITIALIZERS:
        known = ", ".join(sorted([*INITIALIZERS, "uniform", "normal"]))
        raise KeyError(f"unknown initialiser {name!r}; known: {known}")
    if options:
        raise TypeError(f"initialiser {name!r} takes no numbers, got {options!r}")
    return INITIALIZERS[name]


def bias_initializer(
    bias_init: str | Mapping[str, Any] | Initializer | None, weight_init: Initializer
) -> Initializer:
    """Return the bias's initialiser: as told, else `torch_uniform` beside its like, else zeros."""
    if bias_init is not None:
        return get_initializer(bias_init)
    return torch_uniform if weight_init is torch_uniform else zeros
