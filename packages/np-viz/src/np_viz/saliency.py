"""Which pixels a model's answer depends on."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import Target
from np_viz._check import count_of, numeric, pictures
from np_viz._picture import displayable, value_limits
from np_viz._tiles import Tile, draw_tiles
from np_viz.images import captions_of


def saliency_maps(
    images: ArrayLike,
    gradients: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    class_names: Sequence[str] | None = None,
    limit: int = 24,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw each image and beside it how strongly the score depends on each pixel.

    The map of an image is ``max_c |d score / d x_c|`` over its channels, divided by its own highest
    value, bright where the score is sensitive (Simonyan et al., "Deep Inside Convolutional
    Networks", 2014). The caption of a map is that highest value.

    Parameters
    ----------
    images : array, shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        The images whose score was differentiated.
    gradients : array, same shape as images, or (N, C, H, W) with any C
        Derivative of one score of each image by its pixels.
    labels, predictions : integer array, shape (N,), optional
        Class ids, captioned as in ``image_grid``.
    class_names : sequence of str, optional
        Names by class id.
    limit : int
        The most images that are drawn.
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
        Shapes or lengths that do not fit.
    TypeError
        Values that are no real numbers, ids that are no integers.

    Examples
    --------
    >>> import numpy as np
    >>> fig = saliency_maps(np.zeros((1, 1, 2)), np.array([[[-4.0, 2.0]]]))
    >>> fig.axes[0].images[1].get_array().tolist()
    [[1.0, 0.5]]
    """
    array = pictures(images)
    slopes = np.abs(numeric(gradients, "gradients").astype(np.float64))
    if slopes.ndim == 3:
        slopes = slopes[:, np.newaxis]
    if slopes.ndim != 4 or slopes[:, :1].shape != array[:, :1].shape:
        raise ValueError(
            f"gradients must have the shape of images, {np.shape(images)}, "
            f"got {np.shape(gradients)}"
        )
    captions, wrong = captions_of(labels, predictions, class_names, length=len(array))
    limits = value_limits(array)
    shown = count_of(limit, "limit")
    tiles = []
    for i, image in enumerate(array[:shown]):
        map_ = slopes[i].max(axis=0)
        peak = float(np.nanmax(map_, initial=0.0))
        tiles.append(Tile(displayable(image, limits), captions[i], limits, flagged=wrong[i]))
        tiles.append(Tile(map_ / (peak or 1.0), (f"max {peak:.2g}",), (0.0, 1.0), "cividis"))
    return draw_tiles(
        ax,
        tiles,
        group=2,
        title=title,
        note=f"first {shown} of {len(array)} images" if shown < len(array) else None,
    )
