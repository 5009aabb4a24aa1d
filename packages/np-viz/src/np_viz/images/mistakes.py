"""Misclassified images, the most confident mistakes first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike
from np_viz._checks import (
    check_class_ids,
    check_class_names,
    check_count,
    check_images,
    check_numbers,
    check_shares,
)
from np_viz._text import format_percent
from np_viz.images._tiles import Tile, draw_tiles, value_limits


def misclassified(
    images: ArrayLike,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    probabilities: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    limit: int = 24,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw the misclassified images, each under the predicted and the true class.

    With ``probabilities`` the caption also has the confidence in the wrong class, and the most
    confident mistakes come first. Otherwise, and for equal confidence, the order of the images is
    kept. A note counts the mistakes.

    Parameters
    ----------
    images, class_names, columns, limit, title, ax
        As in ``image_grid``. ``images`` also holds the images that are classified correctly.
    y_true, y_pred : integer array of shape (N,)
        True and predicted class ids.
    probabilities : array of shape (N, K) or (N,), optional
        The probability of each class, or of the predicted class.

    Raises
    ------
    ValueError, TypeError
        Wrong shapes, lengths or kinds of values; a probability outside [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> fig = misclassified(np.zeros((3, 8, 8)), [0, 1, 1], [0, 0, 1], [0.9, 0.7, 0.8])
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['✗ 70 % 0\nis 1', '1 mistake in 3 images']
    """
    array = check_images(images)
    total = len(array)
    true = check_class_ids(y_true, "y_true", length=total)
    predicted = check_class_ids(y_pred, "y_pred", length=total)
    names = check_class_names(class_names, chain(true, predicted))
    wrong = np.flatnonzero(true != predicted)
    confidence = None if probabilities is None else _confidence(probabilities, predicted)
    if confidence is not None:
        wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    limits = value_limits(array)
    tiles = []
    for i in wrong[: check_count(limit, "limit")]:
        percent = "" if confidence is None else f"{format_percent(float(confidence[i]))} "
        lines = (f"✗ {percent}{names[predicted[i]]}", f"is {names[true[i]]}")
        tiles.append(Tile(array[i], lines, limits, wrong=True))
    note = f"{len(wrong)} mistake{'' if len(wrong) == 1 else 's'} in {total} images"
    if len(tiles) < len(wrong):
        order = "first" if confidence is None else "most confident"
        note = f"{len(tiles)} {order} of {note}"
    return draw_tiles(ax, tiles, columns=columns, title=title, note=note)


def _confidence(probabilities: ArrayLike, predicted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probability of the predicted class, (N,)."""
    array = check_numbers(probabilities, "probabilities").astype(np.float64)
    n = len(predicted)
    if array.ndim not in (1, 2) or len(array) != n:
        raise ValueError(f"probabilities must have shape ({n}, K) or ({n},), got {array.shape}")
    if check_shares(array, "probabilities").ndim == 1:
        return array
    if array.shape[1] <= predicted.max(initial=0):
        raise ValueError(
            f"probabilities must have a column for each predicted class, got {array.shape[1]} "
            f"columns and class {predicted.max()}"
        )
    return array[np.arange(n), predicted]
