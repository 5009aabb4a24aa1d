"""Results of a sweep over two settings, as a shaded table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_count, check_numbers
from np_viz._style import (
    LABEL_SIZE,
    LONGEST_LABEL,
    MUTED,
    TICK_SIZE,
    VERMILION,
    draw_shades,
    label_axes,
    name_ticks,
    text_color_on,
    widened_range,
    write,
)
from np_viz._text import shorten_all, text_width

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
    ax: AxesLike = None,
) -> Figure:
    """Draw a table of results: each cell has its value on a shade; higher values are darker.

    If all values are almost equal, the shades are almost equal too. The best cell has a thick
    frame. NaN means that the combination was not run: its cell is white and has a dash.

    Parameters
    ----------
    values : array of shape (rows, columns)
        One result for each combination of settings.
    row_names, column_names : sequence
        The settings, written with ``str``.
    row_label, column_label : str
        Names of the two settings.
    best : "max", "min" or None
        Which value is the best one.
    digits : int
        Decimals of the written values; from 1e9 on they are written as a power of ten.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    ValueError
        Shapes or lengths that do not fit; an infinite value; another ``best``.
    TypeError
        Values that are not real numbers.

    Examples
    --------
    >>> fig = sweep_table([[0.95, 0.9365]], ["128"], [512, 256], column_label="hidden units")
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['0.9500', '0.9365']
    """
    table = check_numbers(values, "values").astype(np.float64)
    if table.shape != (len(row_names), len(column_names)) or table.size == 0:
        raise ValueError(
            f"values must have a row for each of {len(row_names)} row_names and a column for each "
            f"of {len(column_names)} column_names, got {table.shape}"
        )
    if np.isinf(table).any():
        raise ValueError("values must be finite, got an infinite one; NaN means not run")
    if best not in ("max", "min", None):
        raise ValueError(f"best must be 'max', 'min' or None, got {best!r}")
    check_count(digits, "digits", minimum=0)
    rows = shorten_all(row_names, LONGEST_NAME, TICK_SIZE)
    columns = shorten_all(column_names, LONGEST_NAME, TICK_SIZE)
    written = [
        "–" if np.isnan(value) else f"{value:.{digits}{'f' if abs(value) < 1e9 else 'e'}}"
        for value in table.flat
    ]
    widths = [text_width(text, CELL_SIZE) for text in written]
    cell = max(CELL_WIDTH, 0.15 + max([*widths, *(text_width(c, TICK_SIZE) for c in columns)]))
    longest = max(text_width(name, TICK_SIZE) for name in rows)
    label = min(LONGEST_LABEL, text_width(row_label, LABEL_SIZE))
    size = (cell * len(columns) + longest + 0.8, CELL_HEIGHT * len(rows) + 1.1)
    panels = make_panels(ax, size=(max(3.4, size[0]), max(size[1], label + 0.6)), title=title)
    [axes] = panels.axes
    known = table[np.isfinite(table)]
    low, high = widened_range(known) if known.size else (0.0, 1.0)
    high = high if high > low else low + 1.0
    image = draw_shades(axes, table, vmin=low, vmax=high, aspect="auto")
    name_ticks(axes.yaxis, rows)
    name_ticks(axes.xaxis, columns)
    label_axes(axes, column_label, row_label)
    for ((i, j), value), number in zip(np.ndenumerate(table), written, strict=True):
        color = MUTED if np.isnan(value) else text_color_on(image, float(value))
        write(axes, j, i, number, size=CELL_SIZE, color=color)
    if best is not None and known.size:
        found = np.nanargmax(table) if best == "max" else np.nanargmin(table)
        i, j = np.unravel_index(found, table.shape)
        axes.add_patch(
            Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=VERMILION, linewidth=2.4)
        )
    return panels.finish()
