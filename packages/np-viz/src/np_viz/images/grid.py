"""Images, mean images of classes, and augmented variants in a grid."""

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
    check_numbers,
)
from np_viz.images._tiles import Tile, draw_tiles, first_of, value_limits


def image_grid(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    class_names: Sequence[str] | None = None,
    columns: int | None = None,
    limit: int = 100,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw images row by row, each under its label and prediction.

    A correct prediction has a check mark. A wrong one has a cross, the predicted class, below it
    the true class, and a thick frame. If there are more than ``limit`` images, the first ``limit``
    are drawn and a note says how many there are.

    Parameters
    ----------
    images : array of shape (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, H, W, 3)
        uint8 values are drawn from 0 to 255, fractions from 0 to 1, other values from the lowest
        to the highest. NaN is drawn in vermilion.
    labels, predictions : integer array of shape (N,), optional
        Class ids.
    class_names : sequence of str, optional
        The name of each class id; by default the id itself.
    columns : int, optional
        Images in a row; by default as many as fit into eight inches.
    limit : int
        Maximum number of images that are drawn.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

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
    captions, wrong = make_captions(labels, predictions, class_names, length=len(array))
    limits = value_limits(array)
    tiles = [
        Tile(image, caption, limits, wrong=bad)
        for image, caption, bad in zip(array, captions, wrong, strict=True)
    ][: check_count(limit, "limit")]
    note = first_of(len(tiles), len(array))
    return draw_tiles(ax, tiles, columns=columns, title=title, note=note)


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
    wrong = (ids["labels"] != ids["predictions"]).tolist()
    captions: list[tuple[str, ...]] = [
        (f"✗ {names[predicted]}", f"is {names[true]}") if bad else (f"✓ {names[predicted]}",)
        for true, predicted, bad in zip(ids["labels"], ids["predictions"], wrong, strict=True)
    ]
    return captions, wrong


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

    The gray scale is that of ``image_grid`` for the same images. A class without images has an
    empty, dotted frame.

    Parameters
    ----------
    images, columns, title, ax
        As in ``image_grid``.
    labels : integer array of shape (N,)
        Class ids.
    class_names : sequence of str, optional
        The name of each class id; every named class is drawn. By default the ids that occur.

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
    limits = value_limits(array)
    tiles = []
    for k, name in check_class_names(class_names, np.unique(ids)).items():
        members = array[ids == k]
        mean = members.mean(axis=0, dtype=np.float64) if len(members) else None
        tiles.append(Tile(mean, (name, f"{len(members)} images"), limits))
    return draw_tiles(ax, tiles, columns=columns, title=title)


def augmentation_preview(
    images: ArrayLike,
    variants: ArrayLike,
    *,
    limit: int = 8,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw one row for each image: the original first, then its variants.

    All pictures use the gray scale of the originals, so a change of brightness is visible.

    Parameters
    ----------
    images, limit, title, ax
        As in ``image_grid``.
    variants : array of shape (V, *images.shape)
        V variants of the whole batch, as ``np.stack([transform(images) for _ in range(V)])``
        returns them.

    Raises
    ------
    ValueError, TypeError
        Wrong shapes, lengths or kinds of values.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.zeros((2, 1, 4, 4))
    >>> fig = augmentation_preview(x, np.stack([x + 0.1, x + 0.2, x + 0.3]))
    >>> len(fig.axes[0].images)
    8
    """
    originals = check_images(images)
    stacked = check_numbers(variants, "variants")
    if stacked.shape[1:] != np.shape(images):
        raise ValueError(
            f"variants must have shape (V, *{np.shape(images)}), got {stacked.shape}; "
            "stack whole batches, as in np.stack([first, second])"
        )
    batches = [originals, *(check_images(batch, "variants") for batch in stacked)]
    heads = ["original", *(f"variant {v}" for v in range(1, len(batches)))]
    limits = value_limits(originals)
    shown = min(check_count(limit, "limit"), len(originals))
    tiles = [
        Tile(batch[i], (head,) if i == 0 else (), limits)
        for i in range(shown)
        for head, batch in zip(heads, batches, strict=True)
    ]
    note = first_of(shown, len(originals))
    return draw_tiles(ax, tiles, columns=len(heads), title=title, note=note)
