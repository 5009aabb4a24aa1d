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

MOST_CHANNELS = 8  # with more channels, a unit may continue in the next row


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
    A unit with several channels has one image for each. If there are more than ``limit`` images,
    the first units are drawn and the note says how many there are.

    Parameters
    ----------
    weights : array of shape (in, units) or (units, channels, height, width)
        Weights of a dense layer, or kernels of a convolution.
    image_shape : (height, width) or (channels, height, width), optional
        Shape of one image; its product is ``in``. Kernels have their own shape and need none.
    columns : int, optional
        Images in a row; by default as many as fit into eight inches.
    limit : int
        Largest number of images that are drawn; at least one unit is drawn.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Returns
    -------
    Figure

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
    shown = max(1, check_count(limit, "limit") // channels) if channels else 0
    finite = np.abs(kernels[np.isfinite(kernels)].astype(np.float64))
    largest = float(finite.max()) if finite.size else 0.0
    limits = (-largest or -1.0, largest or 1.0)
    tiles = [
        Tile(image, (f"{unit}" if channels == 1 else f"{unit}, ch {channel}",), limits, "RdBu_r")
        for unit, kernel in enumerate(kernels[:shown])
        for channel, image in enumerate(kernel)
    ]
    note = f"red +{largest:.3g}, white 0, blue −{largest:.3g}"
    if shown < units:
        note += f"; first {shown} of {units} units"
    return draw_tiles(
        ax,
        tiles,
        columns=columns,
        group=channels if 1 < channels <= MOST_CHANNELS else 1,
        title=title,
        note=note if tiles else None,
        empty="no weights",
    )


def _to_kernels(weights: NDArray[Any], image_shape: Sequence[int] | None) -> NDArray[Any]:
    """Weights as (units, channels, height, width)."""
    shape = () if image_shape is None else tuple(image_shape)
    if weights.ndim == 4:
        if 0 in weights.shape[2:]:
            raise ValueError(f"weights must be at least 1 x 1 pixel, got shape {weights.shape}")
        if shape and math.prod(shape) != math.prod(weights.shape[1:]):
            raise ValueError(
                f"image_shape must be that of the kernels, {weights.shape[1:]}, "
                f"got {image_shape!r}; leave it out"
            )
        return weights
    if weights.ndim != 2:
        raise ValueError(
            "weights must have shape (in, units) or (units, channels, height, width), "
            f"got {weights.shape}"
        )
    if len(shape) not in (2, 3) or math.prod(shape) != len(weights):
        raise ValueError(
            f"image_shape must be (height, width) or (channels, height, width) with product "
            f"{len(weights)}, the first size of weights, got {image_shape!r}"
        )
    channels = 1 if len(shape) == 2 else shape[0]
    return weights.T.reshape(-1, channels, *shape[-2:])
