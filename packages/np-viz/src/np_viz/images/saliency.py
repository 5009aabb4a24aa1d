"""Saliency maps: the pixels that the score of an image depends on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike
from np_viz._checks import check_count, check_images, check_numbers
from np_viz.images._tiles import Tile, draw_tiles, first_of, value_limits
from np_viz.images.grid import make_captions


def saliency_maps(
    images: ArrayLike,
    gradients: ArrayLike | None,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    class_names: Sequence[str] | None = None,
    limit: int = 24,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw each image and beside it how strongly its score depends on each pixel.

    The map of an image is ``max_c |d score / d x_c|`` over its channels c, divided by its largest
    value. The caption gives this value. Bright pixels matter most. Source: Simonyan et al., "Deep
    Inside Convolutional Networks", 2014.

    Parameters
    ----------
    images, labels, predictions, class_names, limit, title, ax
        As in ``image_grid``.
    gradients : array of the shape of images, or (N, C, H, W) with any C
        Derivative of one score of each image with respect to its pixels, as a model's
        ``backward`` returns it.

    Raises
    ------
    ValueError, TypeError
        Wrong shapes, lengths or kinds of values; ``gradients`` is None.

    Examples
    --------
    >>> import numpy as np
    >>> fig = saliency_maps(np.zeros((1, 1, 2)), np.array([[[-4.0, 2.0]]]))
    >>> fig.axes[0].images[1].get_array().tolist()
    [[1.0, 0.5]]
    """
    array = check_images(images)
    slopes = _check_gradients(gradients, array, np.shape(images))
    captions, wrong = make_captions(labels, predictions, class_names, length=len(array))
    limits = value_limits(array)
    shown = check_count(limit, "limit")
    tiles = []
    for i, image in enumerate(array[:shown]):
        saliency = slopes[i].max(axis=0, keepdims=True)
        peak = float(np.nanmax(saliency, initial=0.0))
        tiles.append(Tile(image, captions[i], limits, wrong=wrong[i]))
        scaled = saliency / (peak or 1.0)
        tiles.append(Tile(scaled, (f"max {peak:.2g}",), (0.0, 1.0), "cividis"))
    return draw_tiles(ax, tiles, group=2, title=title, note=first_of(shown, len(array)))


def _check_gradients(
    gradients: ArrayLike | None, images: NDArray[np.generic], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return the absolute values as (N, C, H, W)."""
    if gradients is None:
        raise TypeError(
            "gradients must be an array, got None; let the model's backward compute the gradient "
            "of its input"
        )
    array = check_numbers(gradients, "gradients")
    if array.ndim == 3 or array.shape == shape:
        array = check_images(array, "gradients")
    if array.ndim != 4 or array[:, :1].shape != images[:, :1].shape:
        raise ValueError(
            f"gradients must have the shape of images, {shape}, got {np.shape(gradients)}"
        )
    return np.abs(array.astype(np.float64))
