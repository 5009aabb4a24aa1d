"""Data sets that are computed: exclusive or, and a linear function."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
ROLES = ("train_images", "train_labels", "test_images", "test_labels")


def xor() -> Arrays:
    """Return the four corners of the unit square and whether their coordinates differ."""
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
    labels = np.array([0, 1, 1, 0], np.uint8)
    return dict(zip(ROLES, (inputs, labels, inputs, labels), strict=True))


def linear(*, rows: int, features: int, bias: float, seed: int) -> Arrays:
    """Return rows of y = Xw + bias with X uniform in [-5, 5) and w standard normal.

    The test rows are the origin and the unit vectors. There the network outputs its own bias and
    its own weights plus bias, so its largest error on them measures how well both are recovered.
    """
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((features, 1))
    X = rng.uniform(-5, 5, (rows, features))
    units = np.vstack([np.zeros(features), np.eye(features)])
    return dict(zip(ROLES, (X, X @ w + bias, units, units @ w + bias), strict=True))


GENERATORS: dict[str, Callable[..., Arrays]] = {"xor": xor, "linear": linear}
