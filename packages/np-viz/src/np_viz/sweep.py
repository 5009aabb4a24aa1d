"""The results of a sweep over two settings, as a table with shades."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from np_viz._axes import Target, place
from np_viz._check import count_of, numeric
from np_viz._look import INK, LABEL_SIZE, MUTED, TICK_SIZE, ink_on, name_axes
from np_viz._look import LONGEST_NAME as LONGEST_LABEL
from np_viz._palette import VERMILION
from np_viz._text import decimals, legible, shorten, spell, width

CELL_WIDTH, CELL_HEIGHT, CELL_SIZE, LONGEST_NAME = 0.85, 0.38, 9.0, 2.2


def sweep_table(
    values: ArrayLike,
    row_names: Sequence[object],
    column_names: Sequence[object],
    *,
    row_label: str = "",
    column_label: str = "",
    best: Literal["max", "min"] | None = "max",
    digits: int = 4,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw a table of results: the value in each cell, shaded from the lowest to the highest.

    The best cell has a thick frame. NaN means that the combination was not run: the cell is white
    and holds a dash.

    Parameters
    ----------
    values : array, shape (rows, columns)
        One result for each combination of settings.
    row_names, column_names : sequence
        The settings; written with ``str``.
    row_label, column_label : str
        Names of the two settings.
    best : "max", "min" or None
        Which value is the best one.
    digits : int
        Decimals of the written values; from 1e9 on a power of ten follows them.
    title : str, optional
        Line above the table.
    ax : Axes, Figure or SubFigure, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the table.

    Raises
    ------
    ValueError
        Shapes or lengths that do not fit, an infinite value, another ``best``.
    TypeError
        Values that are no real numbers.

    Examples
    --------
    >>> fig = sweep_table([[0.95, 0.9365]], ["128"], [512, 256], column_label="hidden units")
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['0.9500', '0.9365']
    """
    table = numeric(values, "values").astype(np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"values must have shape (rows, columns), not empty, got {table.shape}")
    if table.shape != (len(row_names), len(column_names)):
        raise ValueError(
            f"values must have a row for each of {len(row_names)} row_names and a column for each "
            f"of {len(column_names)} column_names, got {table.shape}"
        )
    if np.isinf(table).any():
        raise ValueError("values must be finite, or NaN where there is none, got an infinite one")
    if best not in ("max", "min", None):
        raise ValueError(f"best must be 'max', 'min' or None, got {best!r}")
    rows, columns = (
        [shorten(legible(name), LONGEST_NAME, TICK_SIZE) for name in names]
        for names in (row_names, column_names)
    )
    count_of(digits, "digits", least=0)
    written = [decimals(value, digits) for value in table.flat]
    texts = [width(text, CELL_SIZE) for text in written]
    cell = max(CELL_WIDTH, 0.15 + max([*texts, *(width(name, TICK_SIZE) for name in columns)]))
    longest = max(width(name, TICK_SIZE) for name in rows)
    label = min(LONGEST_LABEL, width(legible(row_label), LABEL_SIZE))
    size = (cell * len(columns) + longest + 0.8, CELL_HEIGHT * len(rows) + 1.1)
    where = place(ax, size=(max(3.4, size[0]), max(size[1], label + 0.6)), title=title)
    [axes] = where.axes
    axes.grid(visible=False)
    known = table[np.isfinite(table)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    image = axes.imshow(
        table,
        cmap=colormaps["Blues"].with_extremes(bad="white"),
        vmin=low,
        vmax=high if high > low else low + 1.0,
        interpolation="none",
        origin="upper",
        aspect="auto",
    )
    for axis, names in ((axes.yaxis, rows), (axes.xaxis, columns)):
        axis.set_ticks(range(len(names)), labels=names)
        for artist, name in zip(axis.get_ticklabels(), names, strict=True):
            spell(artist, name, size=TICK_SIZE, colour=INK)
    axes.tick_params(length=0)
    name_axes(axes, column_label, row_label)
    for ((i, j), value), number in zip(np.ndenumerate(table), written, strict=True):
        colour = MUTED if np.isnan(value) else ink_on(image, float(value))
        text = axes.text(j, i, "", ha="center", va="center")
        spell(text, number, size=CELL_SIZE, colour=colour)
    if best is not None and known.size:
        found = np.nanargmax(table) if best == "max" else np.nanargmin(table)
        i, j = np.unravel_index(found, table.shape)
        axes.add_patch(
            Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=VERMILION, linewidth=2.4)
        )
    return where.finish()
