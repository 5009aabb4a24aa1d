"""What the units of a first layer look for: their weights drawn as images."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target
from np_viz._check import count_of, numeric
from np_viz._tiles import Tile, draw_tiles

MOST_CHANNELS = 8  # tiles in a row that holds whole units


def weight_grid(
    weights: ArrayLike,
    image_shape: Sequence[int] | None = None,
    *,
    columns: int | None = None,
    limit: int = 64,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw the incoming weights of each unit as an image, red above zero and blue below.

    All images share one scale, from ``-max|W|`` to ``+max|W|``, which a note states; white is zero.
    A unit with several channels has a tile for each. Where there are more than ``limit`` tiles, the
    first units are drawn and the note says how many there are.

    Parameters
    ----------
    weights : array, shape (in, units) or (units, channels, height, width)
        Weights of a dense layer, or kernels of a convolution.
    image_shape : (height, width) or (channels, height, width), optional
        Shape of one image, of which ``in`` is the product. Kernels have their own shape and need
        none.
    columns : int, optional
        Tiles in a row; as many as fit into eight inches by default.
    limit : int
        The most tiles that are drawn; one unit at least.
    title : str, optional
        Line above the sheet.
    ax : Axes, Figure or SubFigure, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the sheet.

    Raises
    ------
    ValueError
        Shapes that do not fit each other.
    TypeError
        Values that are no real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> fig = weight_grid(np.ones((784, 10)), (28, 28))
    >>> len(fig.axes[0].images), fig.axes[0].images[0].get_array().shape
    (10, (28, 28))
    """
    kernels = _as_kernels(numeric(weights, "weights"), image_shape)
    units, channels = kernels.shape[:2]
    drawn = max(1, count_of(limit, "limit") // channels) if channels else 0
    finite = np.abs(kernels[np.isfinite(kernels)].astype(np.float64))
    bound = float(finite.max()) if finite.size else 0.0
    scale = (-bound or -1.0, bound or 1.0)
    tiles = [
        Tile(image, (f"{unit}" if channels == 1 else f"{unit}, ch {channel}",), scale, "RdBu_r")
        for unit, kernel in enumerate(kernels[:drawn])
        for channel, image in enumerate(kernel)
    ]
    note = f"red +{bound:.3g}, white 0, blue −{bound:.3g}"
    if drawn < units:
        note += f"; first {drawn} of {units} units"
    return draw_tiles(
        ax,
        tiles,
        columns=None if columns is None else count_of(columns, "columns"),
        group=channels if 1 < channels <= MOST_CHANNELS else 1,
        title=title,
        note=note if tiles else None,
        empty="no weights",
    )


def _as_kernels(weights: NDArray[Any], image_shape: Sequence[int] | None) -> NDArray[Any]:
    """Weights as (units, channels, height, width)."""
    given = () if image_shape is None else np.atleast_1d(image_shape).tolist()
    shape = [count_of(size, "sizes of image_shape") for size in given]
    if weights.ndim == 4:
        if 0 in weights.shape[2:]:
            raise ValueError(f"weights must be at least 1 x 1 pixel, got shape {weights.shape}")
        if shape and math.prod(shape) != math.prod(weights.shape[1:]):
            raise ValueError(
                f"kernels have the image shape {weights.shape[1:]}, got image_shape {image_shape!r}"
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
