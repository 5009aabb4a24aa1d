"""Scale pixels to a range that suits a network: divide them by 255, or standardize them.

A transform is fitted to the training rows only and then applied to all rows. Its parameters are a
dict of plain Python values: kept as JSON beside a model, they give the same bits when read back.
"""

import math
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from np_data._checks import check_choice
from np_data._moments import mean_and_std
from np_data.transforms import register_transform

Per = Literal["global", "feature"]


@register_transform
class Scale:
    """Division by a constant: ``y = x / divisor``.

    Parameters
    ----------
    divisor : float
        255 brings bytes to the range from 0 to 1. ValueError if it is 0 or not finite in ``dtype``.
    dtype : dtype
        Floating type of the result; else ValueError.

    Examples
    --------
    >>> Scale().apply(np.array([[0, 51, 255]], dtype=np.uint8))
    array([[0. , 0.2, 1. ]], dtype=float32)
    >>> Scale().to_dict()
    {'kind': 'scale', 'divisor': 255.0, 'dtype': 'float32'}
    """

    def __init__(self, divisor: float = 255.0, *, dtype: DTypeLike = np.float32) -> None:
        self.dtype = _floating(dtype)
        with np.errstate(over="ignore", under="ignore"):
            size = self.dtype.type(math.fabs(divisor))
        if not 0 < size < math.inf:
            raise ValueError(
                f"divisor must be finite and not zero in {self.dtype}, got {divisor!r}"
            )
        self.divisor = float(divisor)

    def __repr__(self) -> str:
        return f"Scale({self.divisor}, dtype={self.dtype.name!r})"

    def fit(self, x: ArrayLike) -> Self:
        """Return itself: there is nothing to fit."""
        return self

    def apply(self, x: ArrayLike, *, rng: np.random.Generator | None = None) -> NDArray[Any]:
        """Return ``x / divisor`` as a new array; ``compose`` passes ``rng``, which is not used."""
        y = _numbers(x).astype(self.dtype)
        y /= self.dtype.type(self.divisor)
        return y

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as plain values."""
        return {"kind": "scale", "divisor": self.divisor, "dtype": self.dtype.name}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Build the transform that ``to_dict`` described."""
        _check_keys(state, Scale().to_dict())
        return cls(state["divisor"], dtype=state["dtype"])


@register_transform
class Standardize:
    """Zero mean and unit standard deviation: ``y = (x - mean) / std``.

    The deviation is that of the population (divided by N). A feature that is constant in the
    training rows, such as a corner pixel of MNIST, is centred and not divided.

    Parameters
    ----------
    per : {"global", "feature"}
        One mean and deviation for the whole data set, or one for each position in a row.
    mean_only : bool
        Subtract the mean and do not divide (zero-centring).
    dtype : dtype
        Floating type of the result; else ValueError.

    Attributes
    ----------
    mean, std : ndarray of float64 or None
        Shape ``()`` or that of a row; None before ``fit``.

    Examples
    --------
    >>> x = np.array([[0, 10], [4, 10]], dtype=np.uint8)
    >>> Standardize(per="feature").fit(x).apply(x)
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    """

    def __init__(
        self, *, per: Per = "global", mean_only: bool = False, dtype: DTypeLike = np.float32
    ) -> None:
        self.per: Per = check_choice("per", per, get_args(Per))
        self.mean_only = bool(mean_only)
        self.dtype = _floating(dtype)
        self.mean: NDArray[Any] | None = None
        self.std: NDArray[Any] | None = None

    def __repr__(self) -> str:
        options = f"per={self.per!r}, mean_only={self.mean_only}, dtype={self.dtype.name!r}"
        return f"Standardize({options}; {'not fitted' if self.mean is None else 'fitted'})"

    def fit(self, x: ArrayLike) -> Self:
        """Compute mean and deviation of finite rows ``x``, shape ``(N, ...)``; return itself."""
        self.mean, self.std = mean_and_std(_numbers(x), per_feature=self.per == "feature")
        return self

    def apply(self, x: ArrayLike, *, rng: np.random.Generator | None = None) -> NDArray[Any]:
        """Return ``(x - mean) / std`` as a new array; ``compose`` passes ``rng``, not used here.

        RuntimeError if ``fit`` was not called. ValueError if rows have another shape than there.
        """
        if self.mean is None or (self.std is None and not self.mean_only):
            raise RuntimeError("Standardize has no mean yet; call fit with the training rows first")
        y = _numbers(x).astype(self.dtype)
        if self.per == "feature" and y.shape[1:] != self.mean.shape:
            raise ValueError(f"rows must have the shape {self.mean.shape}, got {y.shape[1:]}")
        y -= self.mean.astype(self.dtype)
        if self.std is not None and not self.mean_only:
            std = self.std.astype(self.dtype)
            y /= np.where(std > 0, std, 1).astype(self.dtype)
        return y

    def to_dict(self) -> dict[str, Any]:
        """Return parameters, mean and deviation as plain values; arrays become lists."""
        return {
            "kind": "standardize",
            "per": self.per,
            "mean_only": self.mean_only,
            "dtype": self.dtype.name,
            "mean": None if self.mean is None else self.mean.tolist(),
            "std": None if self.std is None else self.std.tolist(),
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Build the transform that ``to_dict`` described, with its mean and deviation."""
        _check_keys(state, Standardize().to_dict())
        new = cls(per=state["per"], mean_only=state["mean_only"], dtype=state["dtype"])
        new.mean, new.std = (
            None if state[key] is None else np.array(state[key], float) for key in ("mean", "std")
        )
        return new


def _numbers(x: ArrayLike) -> NDArray[Any]:
    array = np.asarray(x)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"x must hold real numbers, got dtype {array.dtype}; convert it with x.astype(float)"
        )
    return array


def _floating(dtype: DTypeLike) -> np.dtype[Any]:
    if np.dtype(dtype).kind != "f":
        raise ValueError(f"dtype must be a floating type, got {np.dtype(dtype)}")
    return np.dtype(dtype)


def _check_keys(state: dict[str, Any], example: dict[str, Any]) -> None:
    if set(state) != set(example):
        raise KeyError(f"state must have the keys {sorted(example)}, got {sorted(state)}")
