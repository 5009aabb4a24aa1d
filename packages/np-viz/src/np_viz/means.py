"""What the average image of each class looks like."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import Target
from np_viz._check import class_ids, count_of, names_of_classes, pictures
from np_viz._picture import displayable, value_limits
from np_viz._tiles import Tile, draw_tiles

MOST_CLASSES = 1000


def class_means(
    images: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw the mean image of each class under its name and its number of images.

    Shades mean what they mean in ``image_grid`` of the same images. A class without images is a
    dotted frame.

    Parameters
    ----------
    images : array, shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        Images of all classes.
    labels : integer array, shape (N,)
        Class ids.
    class_names : sequence of str, optional
        Names by class id; without them as many classes as the highest label says, at most 1000.
    columns : int, optional
        Classes in a row; as many as fit into eight inches by default.
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
        Shapes or lengths that do not fit; a class id without a name.
    TypeError
        Values that are no real numbers, labels that are no integers.

    Examples
    --------
    >>> import numpy as np
    >>> fig = class_means(np.array([[[0.0]], [[1.0]], [[0.5]]]), [0, 0, 1])
    >>> [float(image.get_array()[0, 0]) for image in fig.axes[0].images]
    [0.5, 0.5]
    """
    array = pictures(images)
    ids = class_ids(labels, "labels", length=len(array))
    count = int(ids.max()) + 1 if len(ids) else 0
    if class_names is None and count > MOST_CLASSES:
        raise ValueError(
            f"labels must hold class ids below {MOST_CLASSES}, got {ids.max()}: give class_names"
        )
    names = names_of_classes(class_names, range(count))
    limits = value_limits(array)
    tiles = []
    for k, name in names.items():
        members = array[ids == k]
        mean = None
        if len(members):
            mean = displayable(members.mean(axis=0, dtype=np.float64), limits)
        tiles.append(Tile(mean, (name, f"{len(members)} images"), limits))
    return draw_tiles(
        ax,
        tiles,
        columns=None if columns is None else count_of(columns, "columns"),
        title=title,
        empty="no classes",
    )
