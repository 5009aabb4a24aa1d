"""A sheet of images, with what they are and what a model took them for."""

from collections.abc import Sequence
from itertools import chain

from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import Target
from np_viz._check import class_ids, count_of, names_of_classes, pictures, value_range_of
from np_viz._picture import displayable, value_limits
from np_viz._tiles import Tile, draw_tiles


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
    ax: Target = None,
) -> Figure:
    """Draw images row by row, each under its label and prediction.

    A right prediction is captioned with a check mark, a wrong one with a cross, the predicted class
    and below it the true one; its frame is drawn thick. Where more than ``limit`` images are given,
    the first ``limit`` are drawn and a note says how many there are.

    Parameters
    ----------
    images : array, shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        Bytes are shown from 0 to 255, fractions from 0 to 1, any other values from the lowest to
        the highest finite one. NaN is drawn in vermilion.
    labels, predictions : integer array, shape (N,), optional
        Class ids.
    class_names : sequence of str, optional
        Names by class id; without them captions are the ids.
    columns : int, optional
        Images in a row; as many as fit into eight inches by default.
    limit : int
        The most images that are drawn.
    value_range : (low, high), optional
        Values shown as black and white.
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
        Shapes or lengths that do not fit; a class id without a name; ``low`` above ``high``.
    TypeError
        Values that are no real numbers, ids that are no integers.

    Examples
    --------
    >>> import numpy as np
    >>> fig = image_grid(np.zeros((6, 1, 28, 28)), labels=[0, 1, 2, 3, 4, 5])
    >>> len(fig.axes), len(fig.axes[0].images)
    (1, 6)
    """
    array = pictures(images)
    total = len(array)
    shown = array[: count_of(limit, "limit")]
    limits = value_limits(array) if value_range is None else value_range_of(value_range)
    captions, wrong = captions_of(labels, predictions, class_names, length=total)
    tiles = [
        Tile(displayable(image, limits), caption, limits, flagged=bad)
        for image, caption, bad in zip(shown, captions, wrong, strict=False)
    ]
    return draw_tiles(
        ax,
        tiles,
        columns=None if columns is None else count_of(columns, "columns"),
        title=title,
        note=f"first {len(shown)} of {total} images" if len(shown) < total else None,
    )


def captions_of(
    labels: ArrayLike | None,
    predictions: ArrayLike | None,
    class_names: Sequence[str] | None,
    *,
    length: int,
) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Return the caption of each image, and whether it was taken for another class."""
    given = {"labels": labels, "predictions": predictions}
    ids = {n: class_ids(v, n, length=length) for n, v in given.items() if v is not None}
    names = names_of_classes(class_names, chain.from_iterable(ids.values()))
    if len(ids) < 2:
        columns = list(ids.values())
        return [tuple(names[c[i]] for c in columns) for i in range(length)], [False] * length
    pairs = list(zip(ids["labels"], ids["predictions"], strict=True))
    wrong = [bool(true != said) for true, said in pairs]
    captions: list[tuple[str, ...]] = [
        (f"✗ {names[said]}", f"is {names[true]}") if true != said else (f"✓ {names[said]}",)
        for true, said in pairs
    ]
    return captions, wrong
