"""Confusion matrix: which classes a model takes for which others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_class_names, check_numbers
from np_viz._colors import INK, MUTED, text_color_on
from np_viz._style import TICK_SIZE, add_color_bar, label_axes
from np_viz._text import printable, set_text, shorten_all, text_width

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

    Many classes need small cells, which hold neither shares nor zeros. Still smaller cells hold no
    number; a color bar then gives the scale, which ends at the largest share.

    Parameters
    ----------
    matrix : array of shape (K, K)
        Counts, weights or shares, none negative. Row: true class; column: predicted class; as
        ``np_metrics.confusion_matrix`` returns it.
    class_names : sequence of str, optional
        One name for each class; class ids by default.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Not square; no class; a negative or infinite value or NaN; not K names.
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
    if not np.isfinite(counts).all() or counts.min() < 0:
        wrong = counts[~(np.isfinite(counts) & (counts >= 0))][0]
        raise ValueError(f"matrix must hold finite values >= 0, got {wrong}")
    k = len(counts)
    names = list(check_class_names(class_names, range(k)).values())
    if len(names) != k:
        raise ValueError(f"class_names must have one name for each of {k} rows, got {len(names)}")
    names = shorten_all([printable(name) for name in names], LONGEST_NAME, TICK_SIZE)
    totals = counts.sum(axis=1, keepdims=True, dtype=np.float64)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)

    cells = _fit_cells(counts, names)
    panels = make_panels(ax, size=cells.figure_size, title=title)
    [axes] = panels.axes
    axes.grid(visible=False)
    darkest = 1.0 if cells.numbers or not shares.any() else float(shares.max())
    image = axes.imshow(
        shares,
        cmap=colormaps["Blues"],
        norm=PowerNorm(0.5, vmin=0.0, vmax=darkest),
        interpolation="none",
        origin="upper",
        aspect="equal",
    )
    _name_classes(axes, names, cells)
    label_axes(axes, "predicted class", "true class")
    if cells.numbers:
        shrink = 1.0 if panels.new else min(1.0, 0.9 * min(panels.inches) / (k * cells.side))
        _write_cells(image, counts, shares, cells, size=cells.text_size * shrink)
    else:
        add_color_bar(image, axes, "share of the true class")
    return panels.finish(layouts=4 if cells.rotation or not cells.numbers else 1)


@dataclass(frozen=True)
class _Cells:
    """Size of the cells, and what fits into them."""

    side: float  # inches
    text_size: float  # points of the numbers
    numbers: bool
    with_shares: bool
    name_size: float  # points
    step: int  # every so many classes are named
    rotation: float  # degrees of the names below
    figure_size: tuple[float, float]


def _fit_cells(counts: NDArray[Any], names: list[str]) -> _Cells:
    k = len(names)
    longest = max(text_width(name, TICK_SIZE) for name in names)
    side = min(CELL, (WIDEST - longest) / k)
    count_size = _text_size([_format_count(float(c)) for c in np.unique(counts)], side)
    share_size = min(count_size, _text_size(["99.9 %"], side))
    numbers, with_shares = count_size >= SMALLEST_COUNT, share_size >= SMALLEST_SHARE
    text_size = share_size if with_shares else count_size
    if not numbers:
        side = (WIDEST - longest - 0.9) / k  # room for the color bar
    name_size = min(TICK_SIZE, max(SMALLEST_NAME, side * 72.0 / 1.2))
    line = 1.2 * name_size / 72.0
    step = max(1, int(np.ceil(line / side - 1e-9)))
    longest = max(text_width(name, name_size) for name in names)
    if longest <= step * side - 0.08:
        rotation, below = 0.0, 0.1
    else:
        rotation, below = (45.0, 0.75 * longest) if step * side >= 1.5 * line else (90.0, longest)
    width = k * side + longest + 0.6 + (0.0 if numbers else 1.0)
    size = max(width, 3.6), max(k * side + 0.9 + below, 3.0)
    return _Cells(side, text_size, numbers, with_shares, name_size, step, rotation, size)


def _text_size(texts: list[str], side: float) -> float:
    """Largest size in points, up to ``CELL_SIZE``, at which the texts fit into a cell."""
    tallest = side * 72.0 / 1.4
    if tallest < SMALLEST_COUNT:
        return 0.0
    widest = max(text_width(text, CELL_SIZE) for text in texts)
    return min(CELL_SIZE, tallest, CELL_SIZE * (side - 0.06) / widest)


def _name_classes(ax: Axes, names: list[str], cells: _Cells) -> None:
    """Write the class names along both axes; below they are turned if they are too wide."""
    places = range(0, len(names), cells.step)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(list(places), labels=[names[i] for i in places])
        for label, i in zip(axis.get_ticklabels(), places, strict=True):
            set_text(label, names[i], size=cells.name_size, color=INK)
    ax.tick_params(length=0)
    if cells.rotation:
        for label in ax.get_xticklabels():
            label.set(rotation=cells.rotation, ha="right", va="top", rotation_mode="anchor")
            if cells.rotation == 90.0:
                label.set(va="center")


def _write_cells(
    image: AxesImage,
    counts: NDArray[Any],
    shares: NDArray[np.float64],
    cells: _Cells,
    *,
    size: float,
) -> None:
    """Write the numbers in black or white, as the shade needs; zeros are gray."""
    for (i, j), count in np.ndenumerate(counts):
        if not count and not cells.with_shares:
            continue
        share = float(shares[i, j])
        second = f"\n{_format_percent(share)}" if count and cells.with_shares else ""
        text = image.axes.text(j, i, "", ha="center", va="center")
        text.set_linespacing(1.25)
        color = text_color_on(image, share) if count else MUTED
        set_text(text, f"{_format_count(float(count))}{second}", size=size, color=color)


def _format_count(count: float) -> str:
    """Write a count in at most eight characters; a weight never looks like a whole number."""
    if count.is_integer() and count < 1e7:
        return str(int(count))
    rounded = [f"{count:.{digits}g}" for digits in range(3, 7)]
    fractions = (text for text in rounded if not float(text).is_integer())
    return next(fractions, rounded[0]).replace("e+", "e")


def _format_percent(share: float) -> str:
    """Write a share above 0 in percent; only 1 becomes 100 %."""
    percent = 100.0 * share
    if percent < 0.05:
        return "<0.1 %"
    if 99.95 <= percent < 100.0:
        return ">99.9 %"
    whole = percent == 100.0 or 10.0 <= percent <= 99.5
    return f"{percent:.0f} %" if whole else f"{percent:.1f} %"
