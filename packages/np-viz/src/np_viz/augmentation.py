"""What augmentation makes of a few training images."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import Target
from np_viz._check import count_of, numeric, pictures
from np_viz._picture import displayable, value_limits
from np_viz._tiles import Tile, draw_tiles


def augmentation_preview(
    images: ArrayLike,
    variants: ArrayLike,
    *,
    limit: int = 8,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw a row for each image: first itself, then its variants.

    All pictures share the scale of shades of the originals, so that a change of brightness shows.

    Parameters
    ----------
    images : array, shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        The originals.
    variants : array, shape (V, *images.shape)
        One variant of the whole batch after the other, as
        ``np.stack([transform(images) for _ in range(V)])`` gives them.
    limit : int
        The most rows that are drawn.
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
        Shapes that do not fit.
    TypeError
        Values that are no real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.zeros((2, 1, 4, 4))
    >>> fig = augmentation_preview(x, np.stack([x + 0.1, x + 0.2, x + 0.3]))
    >>> len(fig.axes[0].images)
    8
    """
    array = pictures(images)
    changed = numeric(variants, "variants")
    if changed.shape[1:] != np.shape(images):
        raise ValueError(
            f"variants must have shape (V, *{np.shape(images)}), got {changed.shape}: "
            "stack whole batches, as in np.stack([first, second])"
        )
    changed = changed.reshape(-1, *array.shape)
    limits = value_limits(array)
    shown = count_of(limit, "limit")
    heads = ["original", *(f"variant {v + 1}" for v in range(len(changed)))]
    tiles = [
        Tile(displayable(picture, limits), (head,) if i == 0 else (), limits)
        for i in range(min(shown, len(array)))
        for head, picture in zip(heads, [array[i], *changed[:, i]], strict=True)
    ]
    return draw_tiles(
        ax,
        tiles,
        columns=len(heads),
        title=title,
        note=f"first {shown} of {len(array)} images" if shown < len(array) else None,
    )
