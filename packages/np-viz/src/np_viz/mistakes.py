"""The images that a model takes for something else, the most confident mistakes first."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target
from np_viz._check import class_ids, count_of, names_of_classes, numeric, pictures
from np_viz._picture import displayable, value_limits
from np_viz._tiles import Tile, draw_tiles


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
    ax: Target = None,
) -> Figure:
    r"""Draw the wrongly classified images, each under the predicted and the true class.

    With probabilities the caption also gives the confidence in the wrong class, and the most
    confident mistakes come first; equal ones, and all of them without probabilities, keep the order
    of the rows. A note counts the mistakes.

    Parameters
    ----------
    images : array, shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        All images, right and wrong ones.
    y_true, y_pred : integer array, shape (N,)
        True and predicted class ids.
    probabilities : array, shape (N, K) or (N,), optional
        A probability for each class, or that of the predicted class.
    class_names : sequence of str, optional
        Names by class id; without them captions are the ids.
    columns : int, optional
        Images in a row; as many as fit into eight inches by default.
    limit : int
        The most images that are drawn.
    title : str, optional
        Line above the sheet.
    ax : Axes, Figure or SubFigure, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the sheet; a sentence where there is no mistake.

    Raises
    ------
    ValueError
        Shapes or lengths that do not fit; a probability outside [0, 1]; a class id without a name.
    TypeError
        Values that are no real numbers, ids that are no integers.

    Examples
    --------
    >>> import numpy as np
    >>> fig = misclassified(np.zeros((3, 8, 8)), [0, 1, 1], [0, 0, 1], [0.9, 0.7, 0.8])
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['✗ 70 % 0\nis 1', '1 mistake in 3 images']
    """
    array = pictures(images)
    total = len(array)
    truth = class_ids(y_true, "y_true", length=total)
    guess = class_ids(y_pred, "y_pred", length=total)
    names = names_of_classes(class_names, chain(truth, guess))
    wrong = np.flatnonzero(truth != guess)
    certain = None if probabilities is None else _confidence(probabilities, guess)
    if certain is not None:
        wrong = wrong[np.argsort(-certain[wrong], kind="stable")]
    limits = value_limits(array)
    tiles = []
    for i in wrong[: count_of(limit, "limit")]:
        share = "" if certain is None else f"{_percent(float(certain[i]))} "
        lines = (f"✗ {share}{names[guess[i]]}", f"is {names[truth[i]]}")
        tiles.append(Tile(displayable(array[i], limits), lines, limits, flagged=True))
    mistakes = f"{len(wrong)} mistake{'' if len(wrong) == 1 else 's'} in {total} images"
    order = "first" if certain is None else "most confident"
    return draw_tiles(
        ax,
        tiles,
        columns=None if columns is None else count_of(columns, "columns"),
        title=title,
        note=mistakes if len(tiles) == len(wrong) else f"{len(tiles)} {order} of {mistakes}",
        empty="no mistakes" if total else "no images",
    )


def _confidence(probabilities: ArrayLike, guess: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of the predicted class, (N,)."""
    array = numeric(probabilities, "probabilities")
    if array.ndim not in (1, 2) or len(array) != len(guess):
        raise ValueError(
            f"probabilities must have shape ({len(guess)}, K) or ({len(guess)},), got {array.shape}"
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError("probabilities must lie in [0, 1], got a value outside: give softmax rows")
    if array.ndim == 1:
        return array.astype(np.float64)
    if len(guess) and guess.max() >= array.shape[1]:
        raise ValueError(
            f"probabilities must have a column for each predicted class, got {array.shape[1]} "
            f"columns and class {guess.max()}"
        )
    return np.take_along_axis(array, guess[:, np.newaxis], axis=1)[:, 0].astype(np.float64)


def _percent(share: float) -> str:
    """Confidence in whole percent, never rounded up to 100."""
    return f"{100.0 * share:.0f} %" if share <= 0.99 else ">99 %"
