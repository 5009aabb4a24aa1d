"""Layers for `check_backward`: some have a right backward, the others a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Square:
    """y = x², right."""

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x.copy()
        return x**2

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return 2 * self.x * G


class RowSoftmax(Square):
    """Softmax of each row, right."""

    def forward(self, x: Array) -> Array:
        """Return y."""
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return np.array(self.y)

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return np.array(self.y * (G - np.sum(G * self.y, axis=1, keepdims=True)))


class RowSum(Square):
    """y_nk = (Σ_j x_nj)² for every k, right: each output depends on the whole row."""

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x.copy()
        return np.repeat(x.sum(axis=1, keepdims=True) ** 2, x.shape[1], axis=1)

    def backward(self, G: Array) -> Array:
        """Return dx."""
        dx = 2 * self.x.sum(axis=1, keepdims=True) * G.sum(axis=1, keepdims=True)
        return np.repeat(dx, G.shape[1], axis=1)


class WrongSign(Square):
    """dx has the wrong sign."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return -2 * self.x * G


class MissingFactor(Square):
    """dx lacks the factor 2."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return self.x * G


class IgnoresG(Square):
    """dx does not depend on G."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return 2 * self.x


class SoftmaxOfZeros(RowSoftmax):
    """dx is always zero."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return np.zeros_like(G)


class WrongCorner(Square):
    """Only the last element of dx is wrong."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        dx = 2 * self.x * G
        dx[-1, -1] *= 1.1
        return dx


class SmallAndWrong(Square):
    """y = 1e-9 x², and dx has the factor 3."""

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x.copy()
        return 1e-9 * x**2

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return 3e-9 * self.x * G


class SlightlyWrong(Square):
    """Each number of dx is too low by 0.1 % of its size."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        dx = 2 * self.x * G
        return np.asarray(dx - 0.001 * np.abs(dx))


class TooLow(Square):
    """Each number of dx is too low by half of its size."""

    def backward(self, G: Array) -> Array:
        """Return dx."""
        dx = 2 * self.x * G
        return np.asarray(dx - 0.5 * np.abs(dx))


class LargeAndRight(Square):
    """y = 1e6 x², right: rounding errors are large numbers here."""

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x.copy()
        return 1e6 * x**2

    def backward(self, G: Array) -> Array:
        """Return dx."""
        return 2e6 * self.x * G


LAYERS = {
    "Square": Square,
    "RowSoftmax": RowSoftmax,
    "RowSum": RowSum,
    "LargeAndRight": LargeAndRight,
    "WrongSign": WrongSign,
    "MissingFactor": MissingFactor,
    "IgnoresG": IgnoresG,
    "SoftmaxOfZeros": SoftmaxOfZeros,
    "WrongCorner": WrongCorner,
    "SmallAndWrong": SmallAndWrong,
    "SlightlyWrong": SlightlyWrong,
    "TooLow": TooLow,
}
