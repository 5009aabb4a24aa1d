"""Convolve each group of channels with its group of filters."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np

from np_layers._types import Array

# Which axis of the two operands and of the result is cut into groups: the channels are axis 1 of
# images and maps, the filters are axis 0 of the weights.
AXES = {"convolve": (1, 0, 1), "input_gradient": (1, 0, 1), "add_weight_gradient": (1, 1, 0)}


def grouped(kernels: ModuleType, name: str, groups: int) -> Callable[..., None]:
    """Return a function of `im2col` or `shifted` that computes each group separately.

    Parameters
    ----------
    kernels : module
        `im2col` or `shifted`.
    name : str
        ``"convolve"``, ``"add_weight_gradient"`` or ``"input_gradient"``.
    groups : int
        Number of groups. The weights (F, C/groups, kh, kw) hold the filters of all groups.
    """
    kernel: Callable[..., None] = getattr(kernels, name)
    if groups == 1:
        return kernel

    def each_group(*arrays: Array, **options: object) -> None:
        cut = [np.split(a, groups, axis) for a, axis in zip(arrays, AXES[name], strict=True)]
        for parts in zip(*cut, strict=True):
            kernel(*parts, **options)

    return each_group
