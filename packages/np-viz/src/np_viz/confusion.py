"""Which classes a model takes for which others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target, place
from np_viz._check import names_of_classes, numeric
from np_viz._look import INK, MUTED, TICK_SIZE, ink_on, name_axes, shade_bar
from np_viz._text import legible, shorten, spell, width

CELL, CELL_SIZE, LONGEST_NAME = 0.62, 8.5, 1.8
MOST_WRITTEN = 25  # classes: with more, a cell is too small to be read


def confusion_matrix(
    matrix: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw a confusion matrix: the count in each cell, below it the share of its row.

    The share ``R[i, j] = M[i, j] / sum_j M[i, j]`` also gives the cell its shade, so the diagonal
    shows the recall of each class, whatever the classes' sizes. A row without samples has no shares
    and stays white. Above 25 classes only the shades are drawn.

    Parameters
    ----------
    matrix : array, shape (K, K)
        Row: true class, column: predicted class. Counts, weights or rates, none negative.
    class_names : sequence of str, optional
        One name for each class; class ids by default.
    title : str, optional
        Line above the matrix.
    ax : Axes, Figure or SubFigure, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the matrix.

    Raises
    ------
    ValueError
        Not square, no class, negative or not finite; the number of names differs from K.
    TypeError
        Values that are no real numbers.

    Examples
    --------
    >>> fig = confusion_matrix([[9, 1], [2, 8]], ["cat", "dog"])
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['9\n90 %', '1\n10 %', '2\n20 %', '8\n80 %']
    """
    counts = numeric(matrix, "matrix")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"matrix must have shape (K, K) with K >= 1, got {counts.shape}")
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise ValueError("matrix must hold finite values >= 0, got one that is not")
    k = len(counts)
    names = list(names_of_classes(class_names, range(k)).values())
    if len(names) != k:
        raise ValueError(f"class_names must have one name for each of {k} rows, got {len(names)}")
    names = [shorten(legible(name), LONGEST_NAME, TICK_SIZE) for name in names]
    totals = counts.sum(axis=1, keepdims=True, dtype=np.float64)
    rates = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)

    longest = max(width(name, TICK_SIZE) for name in names)
    side = k * CELL if k <= MOST_WRITTEN else 7.5
    step = -(-k // MOST_WRITTEN)
    slanted = longest > step * side / k - 0.08
    shades = 0.0 if k <= MOST_WRITTEN else 1.0
    size = (side + longest + 0.6 + shades, side + 0.9 + (0.75 * longest if slanted else 0.1))
    where = place(ax, size=(max(size[0], 3.6), max(size[1], 3.0)), title=title)
    [ax] = where.axes
    ax.grid(visible=False)
    image = ax.imshow(
        rates,
        cmap=colormaps["Blues"],
        vmin=0.0,
        vmax=1.0,
        interpolation="none",
        origin="upper",
        aspect="equal",
    )
    _name_classes(ax, names, step=step, slanted=slanted)
    name_axes(ax, "predicted class", "true class")
    if k <= MOST_WRITTEN:
        shrunk = 1.0 if where.new else min(1.0, 0.9 * min(where.inches) / (k * CELL))
        _write_cells(image, counts, rates, empty=totals[:, 0] == 0, size=CELL_SIZE * shrunk)
    else:
        shade_bar(image, ax, "share of the true class")
    return where.finish(layouts=4 if slanted or k > MOST_WRITTEN else 1)


def _name_classes(ax: Axes, names: list[str], *, step: int, slanted: bool) -> None:
    """Write the class names along both axes, slanted below where they are too wide."""
    places = range(0, len(names), step)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(list(places), labels=[names[i] for i in places])
        for label, i in zip(axis.get_ticklabels(), places, strict=True):
            spell(label, names[i], size=TICK_SIZE, colour=INK)
    ax.tick_params(length=0)
    if slanted:
        for label in ax.get_xticklabels():
            label.set(rotation=45, ha="right", va="top", rotation_mode="anchor")


def _write_cells(
    image: AxesImage,
    counts: NDArray[Any],
    rates: NDArray[np.float64],
    *,
    empty: NDArray[np.bool_],
    size: float,
) -> None:
    """Write count and share into each cell, in the ink that the shade needs; zeros are pale."""
    for (i, j), count in np.ndenumerate(counts):
        share = "" if empty[i] else f"\n{_percent(float(rates[i, j]))}"
        colour = ink_on(image, float(rates[i, j])) if count else MUTED
        text = image.axes.text(j, i, "", ha="center", va="center")
        text.set_linespacing(1.25)
        spell(text, f"{_number(float(count))}{share}", size=size, colour=colour)


def _number(count: float) -> str:
    """Count in at most eight characters; a weight in as many digits as tell it from a count."""
    if count.is_integer() and count < 1e7:
        return str(int(count))
    spelled = [f"{count:.{digits}g}" for digits in range(3, 7)]
    told = (text for text in spelled if not float(text).is_integer())
    return next(told, spelled[0]).replace("e+", "e")


def _percent(share: float) -> str:
    """Share in percent that reads 0 or 100 only where it is exactly that."""
    percent = 100.0 * share
    if 0.0 < percent < 0.05:
        return "<0.1 %"
    if 99.95 <= percent < 100.0:
        return ">99.9 %"
    whole = percent in (0.0, 100.0) or 10.0 <= percent <= 99.5
    return f"{percent:.0f} %" if whole else f"{percent:.1f} %"
