"""Training images and their augmented variants."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike
from np_viz._checks import check_count, check_images, check_numbers
from np_viz.images._tiles import Tile, draw_tiles, to_picture, value_limits


def augmentation_preview(
    images: ArrayLike,
    variants: ArrayLike,
    *,
    limit: int = 8,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw one row for each image: the original first, then its variants.

    All pictures use the black and white of the originals, so a change of brightness is visible.

    Parameters
    ----------
    images : array of shape (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, H, W, 3)
        The originals.
    variants : array of shape (V, *images.shape)
        V variants of the whole batch, as ``np.stack([transform(images) for _ in range(V)])``
        returns them.
    limit : int
        Largest number of rows that are drawn.
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
    limits = value_limits(originals)
    shown = check_count(limit, "limit")
    heads = ["original", *(f"variant {v}" for v in range(1, len(batches)))]
    tiles = [
        Tile(to_picture(batch[i], limits), (head,) if i == 0 else (), limits)
        for i in range(min(shown, len(originals)))
        for head, batch in zip(heads, batches, strict=True)
    ]
    return draw_tiles(
        ax,
        tiles,
        columns=len(heads),
        title=title,
        note=f"first {shown} of {len(originals)} images" if shown < len(originals) else None,
    )
