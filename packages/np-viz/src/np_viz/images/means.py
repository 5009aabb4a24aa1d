"""The mean image of each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike
from np_viz._checks import check_class_ids, check_class_names, check_images
from np_viz.images._tiles import Tile, draw_tiles, to_picture, value_limits

MOST_CLASSES = 1000


def class_means(
    images: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw the mean image of each class under its name and its number of images.

    Black and white are those of ``image_grid`` of the same images. A class without images is a
    dotted frame.

    Parameters
    ----------
    images : array of shape (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, H, W, 3)
        Images of all classes.
    labels : integer array of shape (N,)
        Class ids.
    class_names : sequence of str, optional
        The name of each class id; by default the ids from 0 to the highest label, at most 999.
    columns : int, optional
        Classes in a row; by default as many as fit into eight inches.
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
    >>> fig = class_means(np.array([[[0.0]], [[1.0]], [[0.5]]]), [0, 0, 1])
    >>> [float(image.get_array()[0, 0]) for image in fig.axes[0].images]
    [0.5, 0.5]
    """
    array = check_images(images)
    ids = check_class_ids(labels, "labels", length=len(array))
    count = int(ids.max()) + 1 if len(ids) else 0
    if class_names is None and count > MOST_CLASSES:
        raise ValueError(
            f"labels must hold class ids below {MOST_CLASSES}, got {ids.max()}; give class_names"
        )
    limits = value_limits(array)
    tiles = []
    for k, name in check_class_names(class_names, range(count)).items():
        members = array[ids == k]
        mean = None
        if len(members):
            mean = to_picture(members.mean(axis=0, dtype=np.float64), limits)
        tiles.append(Tile(mean, (name, f"{len(members)} images"), limits))
    return draw_tiles(ax, tiles, columns=columns, title=title, empty="no classes")
