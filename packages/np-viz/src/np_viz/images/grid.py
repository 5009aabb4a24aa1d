"""Images in a grid, with their labels and predictions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike
from np_viz._checks import (
    check_class_ids,
    check_class_names,
    check_count,
    check_images,
)
from np_viz.images._tiles import Tile, draw_tiles, to_picture, value_limits


def image_grid(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    class_names: Sequence[str] | None = None,
    columns: int | None = None,
    limit: int = 100,
    value_range: tuple[float, float] | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw images row by row, each under its label and prediction.

    A right prediction has a check mark. A wrong one has a cross, the predicted class, below it the
    true class, and a thick frame. If there are more than ``limit`` images, the first ``limit`` are
    drawn and a note says how many there are.

    Parameters
    ----------
    images : array of shape (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, H, W, 3)
        uint8 values are drawn from 0 to 255, fractions from 0 to 1, other values from the lowest
        to the highest. NaN is drawn in vermilion.
    labels, predictions : integer array of shape (N,), optional
        Class ids.
    class_names : sequence of str, optional
        The name of each class id; by default the captions are the ids.
    columns : int, optional
        Images in a row; by default as many as fit into eight inches.
    limit : int
        Largest number of images that are drawn.
    value_range : (low, high), optional
        Values drawn black and white.
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
    >>> fig = image_grid(np.zeros((6, 1, 28, 28)), labels=[0, 1, 2, 3, 4, 5])
    >>> len(fig.axes), len(fig.axes[0].images)
    (1, 6)
    """
    array = check_images(images)
    total = len(array)
    shown = array[: check_count(limit, "limit")]
    limits = value_limits(array) if value_range is None else _check_range(value_range)
    captions, wrong = make_captions(labels, predictions, class_names, length=total)
    tiles = [
        Tile(to_picture(image, limits), caption, limits, wrong=bad)
        for image, caption, bad in zip(shown, captions, wrong, strict=False)
    ]
    return draw_tiles(
        ax,
        tiles,
        columns=columns,
        title=title,
        note=f"first {len(shown)} of {total} images" if len(shown) < total else None,
    )


def make_captions(
    labels: ArrayLike | None,
    predictions: ArrayLike | None,
    class_names: Sequence[str] | None,
    *,
    length: int,
) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Return the caption of each image, and whether its prediction is wrong."""
    given = {"labels": labels, "predictions": predictions}
    ids = {n: check_class_ids(v, n, length=length) for n, v in given.items() if v is not None}
    names = check_class_names(class_names, chain.from_iterable(ids.values()))
    if len(ids) < 2:
        columns = list(ids.values())
        return [tuple(names[c[i]] for c in columns) for i in range(length)], [False] * length
    pairs = list(zip(ids["labels"], ids["predictions"], strict=True))
    captions: list[tuple[str, ...]] = [
        (f"✗ {names[predicted]}", f"is {names[true]}")
        if true != predicted
        else (f"✓ {names[predicted]}",)
        for true, predicted in pairs
    ]
    return captions, [bool(true != predicted) for true, predicted in pairs]


def _check_range(value_range: tuple[float, float]) -> tuple[float, float]:
    low, high = value_range
    if not -np.inf < low <= high < np.inf:
        raise ValueError(f"value_range must be (low, high) with low <= high, got {value_range!r}")
    return low, high
