"""Confusion matrix: which classes a model confuses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_class_names, check_numbers
from np_viz._style import (
    MUTED,
    TICK_SIZE,
    apply_style,
    draw_shades,
    label_axes,
    name_ticks,
    text_color_on,
    write,
)
from np_viz._text import format_percent, shorten_all, text_width

WIDEST = 9.2  # inches of the cells and the names beside them
CELL, CELL_SIZE, LONGEST_NAME = 0.62, 8.5, 1.8  # largest cell in inches, its points; inches
SMALLEST_COUNT, SMALLEST_SHARE, SMALLEST_NAME = 6.0, 7.0, 6.0  # points


def plot_confusion_matrix(
    matrix: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw a confusion matrix: each cell has its count and its share of the row.

    The share ``R[i, j] = M[i, j] / sum_j M[i, j]`` gives the shade, so the diagonal shows the
    recall of each class, however large the class is. The shade grows with the square root of the
    share, so rare mistakes are visible too; white is 0 and the darkest blue is 1.

    With many classes the cells are small and hold neither shares nor zeros. Still smaller cells
    hold no numbers; then a color bar gives the scale, which ends at the largest share.

    Parameters
    ----------
    matrix : array of shape (K, K)
        Counts, weights or shares, not negative. Rows are true classes and columns are predicted
        classes, as ``np_metrics.confusion_matrix`` returns them.
    class_names : sequence of str, optional
        One name for each class; class ids by default.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    ValueError
        The matrix is not square, is empty, or has a value that is negative, infinite or NaN; the
        number of names is not K.
    TypeError
        Values that are not real numbers.

    Examples
    --------
    >>> fig = plot_confusion_matrix([[9, 1], [2, 8]], ["cat", "dog"])
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['9\n90 %', '1\n10 %', '2\n20 %', '8\n80 %']
    """
    counts = check_numbers(matrix, "matrix")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"matrix must have shape (K, K) with K >= 1, got {counts.shape}")
    wrong = counts[~(np.isfinite(counts) & (counts >= 0))]
    if wrong.size:
        raise ValueError(f"matrix must hold finite values >= 0, got {wrong[0]}")
    k = len(counts)
    names = list(check_class_names(class_names, range(k)).values())
    if len(names) != k:
        raise ValueError(f"class_names must have one name for each of {k} rows, got {len(names)}")
    names = shorten_all(names, LONGEST_NAME, TICK_SIZE)
    totals = counts.sum(axis=1, keepdims=True, dtype=np.float64)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)

    longest = max(text_width(name, TICK_SIZE) for name in names)
    side = min(CELL, (WIDEST - longest) / k)
    text_size = _text_size([_format_count(float(c)) for c in np.unique(counts)], side)
    share_size = min(text_size, _text_size(["99.9 %"], side))
    with_numbers, with_shares = text_size >= SMALLEST_COUNT, share_size >= SMALLEST_SHARE
    if with_shares:
        text_size = share_size
    if not with_numbers:
        side = (WIDEST - longest - 0.9) / k  # room for the color bar
    name_size = min(TICK_SIZE, max(SMALLEST_NAME, side * 72.0 / 1.2))
    line = name_size / 60.0
    step = max(1, math.ceil(line / side - 1e-9))  # every step-th class is named
    longest = max(text_width(name, name_size) for name in names)
    if longest <= step * side - 0.08:
        rotation, below = 0.0, 0.1
    else:
        rotation, below = (45.0, 0.75 * longest) if step * side >= 1.5 * line else (90.0, longest)

    width = k * side + longest + (0.6 if with_numbers else 1.6)
    size = max(width, 3.6), max(k * side + 0.9 + below, 3.0)
    panels = make_panels(ax, size=size, title=title)
    [axes] = panels.axes
    darkest = 1.0 if with_numbers else float(shares.max()) or 1.0
    image = draw_shades(axes, shares, norm=PowerNorm(0.5, 0.0, darkest), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        name_ticks(axis, names, step=step, size=name_size)
    for label in axes.get_xticklabels() if rotation else []:
        middle = "center" if rotation == 90.0 else "top"
        label.set(rotation=rotation, ha="right", va=middle, rotation_mode="anchor")
    label_axes(axes, "predicted class", "true class")
    if with_numbers:
        shrink = 1.0 if panels.new else min(1.0, 0.9 * min(panels.inches) / (k * side))
        _write_cells(image, counts, shares, text_size * shrink, with_shares)
    else:
        bar = panels.figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03).ax
        apply_style(bar).grid(visible=False)
        bar.tick_params(left=False, right=True)
        bar.spines[["left", "bottom"]].set_visible(False)
        label_axes(bar, "", "share of the true class")
    return panels.finish(layouts=4 if rotation or not with_numbers else 1)


def _text_size(texts: list[str], side: float) -> float:
    """Return the largest size in points, up to ``CELL_SIZE``, at which the texts fit a cell."""
    widest = max(text_width(text, CELL_SIZE) for text in texts)
    return min(CELL_SIZE, side * 72.0 / 1.4, CELL_SIZE * (side - 0.06) / widest)


def _write_cells(
    image: AxesImage,
    counts: NDArray[Any],
    shares: NDArray[np.float64],
    size: float,
    with_shares: bool,
) -> None:
    """Write the numbers in black or white, whichever is readable on the shade; zeros are gray."""
    for (i, j), count in np.ndenumerate(counts):
        if not count and not with_shares:
            continue
        share = float(shares[i, j])
        second = f"\n{format_percent(share)}" if count and with_shares else ""
        color = text_color_on(image, share) if count else MUTED
        text = f"{_format_count(float(count))}{second}"
        write(image.axes, j, i, text, size=size, color=color)


def _format_count(count: float) -> str:
    """Return a count in at most eight characters; a fraction never looks like a whole number."""
    if count.is_integer() and count < 1e7:
        return str(int(count))
    rounded = [f"{count:.{digits}g}" for digits in range(3, 7)]
    fractions = (text for text in rounded if not float(text).is_integer())
    return next(fractions, rounded[0]).replace("e+", "e")
