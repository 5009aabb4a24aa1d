"""Weights of the first layer drawn as images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike
from np_viz._checks import check_count, check_numbers
from np_viz.images._tiles import Tile, draw_tiles


def weight_grid(
    weights: ArrayLike,
    image_shape: Sequence[int] | None = None,
    *,
    columns: int | None = None,
    limit: int = 64,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw the incoming weights of each unit as an image, red above zero and blue below.

    All images share one scale from ``-max|W|`` to ``+max|W|``, which a note states; white is zero.
    A unit with several channels has one image for each channel. If there are more than ``limit``
    images, the first units are drawn and the note says how many there are.

    Parameters
    ----------
    weights : array of shape (in, units) or (units, channels, height, width)
        Weights of a dense layer, or kernels of a convolution.
    image_shape : (height, width) or (channels, height, width), optional
        Shape of one image; its product is ``in``. Kernels do not need it.
    columns, limit, title, ax
        As in ``image_grid``; at least one unit is drawn.

    Raises
    ------
    ValueError, TypeError
        Wrong shapes, lengths or kinds of values.

    Examples
    --------
    >>> import numpy as np
    >>> fig = weight_grid(np.ones((784, 10)), (28, 28))
    >>> len(fig.axes[0].images), fig.axes[0].images[0].get_array().shape
    (10, (28, 28))
    """
    kernels = _to_kernels(check_numbers(weights, "weights"), image_shape)
    units, channels = kernels.shape[:2]
    shown = max(1, check_count(limit, "limit") // channels)
    finite = np.abs(kernels[np.isfinite(kernels)].astype(np.float64))
    largest = float(finite.max()) if finite.size else 0.0
    limits = (-largest or -1.0, largest or 1.0)
    tiles = [
        Tile(kernels[unit, [c]], (f"{unit}" + f", ch {c}" * (channels > 1),), limits, "RdBu_r")
        for unit in range(min(shown, units))
        for c in range(channels)
    ]
    note = f"red +{largest:.3g}, white 0, blue −{largest:.3g}"
    if shown < units:
        note += f"; first {shown} of {units} units"
    return draw_tiles(ax, tiles, columns=columns, group=channels, title=title, note=note)


def _to_kernels(weights: NDArray[Any], image_shape: Sequence[int] | None) -> NDArray[Any]:
    """Return the weights as (units, channels, height, width)."""
    if weights.ndim not in (2, 4) or weights.size == 0:
        raise ValueError(
            "weights must have shape (in, units) or (units, channels, height, width), not empty, "
            f"got {weights.shape}"
        )
    if weights.ndim == 4:
        return weights
    shape = () if image_shape is None else tuple(image_shape)
    if len(shape) not in (2, 3) or math.prod(shape) != len(weights):
        raise ValueError(
            f"image_shape must be (height, width) or (channels, height, width) with product "
            f"{len(weights)}, the first size of weights, got {image_shape!r}"
        )
    return weights.T.reshape(weights.shape[1], -1, *shape[-2:])
