"""Legends that never lie on the data and take any text, also one that begins with ``_``."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation

from np_viz._look import INK, MUTED, TICK_SIZE
from np_viz._text import legible, shorten, spell, width

_LOOK: dict[str, Any] = {
    "frameon": False,
    "borderaxespad": 0.0,
    "borderpad": 0.2,
    "handlelength": 2.4,
    "handletextpad": 0.6,
    "columnspacing": 1.4,
    "labelspacing": 0.5,
    "numpoints": 1,
    "markerscale": 1.0,
    "fontsize": TICK_SIZE,
}
_HANDLE, _SPACING = 3.0 * TICK_SIZE / 72.0, 1.4 * TICK_SIZE / 72.0  # inches beside a text
LONGEST = 2.6  # inches of a text
_ROW = 1.6 * TICK_SIZE  # points of one row


def legend_above(ax: Axes, handles: Sequence[Any], texts: Sequence[str]) -> float:
    """Put the legend above the axes, in as few rows as its width allows.

    Where the numbers of the axis have a common factor, which stands there too, it is a row higher.

    Returns the points that a title needs to stand above it.
    """
    room = ax.bbox.width / ax.figure.dpi
    columns = max((n for n in range(1, len(texts) + 1) if _wide(texts, n) <= room), default=1)
    rows = -(-len(texts) // columns)
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.02), "ncols": columns}
    if _factor(ax):
        up = ScaledTranslation(0.0, _ROW / 72.0, ax.figure.dpi_scale_trans)
        where["bbox_transform"] = ax.transAxes + up
        rows += 1
    _legend(ax, handles, texts, where)
    return 10.0 + rows * _ROW


def _factor(ax: Axes) -> str:
    """Return the factor above the vertical axis, such as 1e9."""
    formatter = ax.yaxis.get_major_formatter()
    formatter.format_ticks(list(ax.yaxis.get_majorticklocs()))
    return formatter.get_offset()


def _wide(texts: Sequence[str], columns: int) -> float:
    """Width in inches of a legend in so many columns; Matplotlib fills one after the other."""
    widths = [_HANDLE + width(_entry(text), TICK_SIZE) for text in texts]
    entries = sum(float(column.max()) for column in np.array_split(widths, columns))
    return entries + (columns - 1) * _SPACING


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str | None = None
) -> None:
    """Put the legend in one column to the right of the axes."""
    legend = _legend(ax, handles, texts, {"loc": "center left", "bbox_to_anchor": (1.02, 0.5)})
    if title is not None:
        legend.set_title(".")
        spell(legend.get_title(), legible(title), size=TICK_SIZE, colour=MUTED)


def _legend(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], where: dict[str, Any]
) -> Legend:
    # Matplotlib leaves out entries whose label begins with "_": the texts are set afterwards.
    legend = ax.legend(list(handles), ["."] * len(texts), **_LOOK, **where)
    for artist, text in zip(legend.get_texts(), texts, strict=True):
        spell(artist, _entry(text), size=TICK_SIZE, colour=INK)
    return legend


def name_in_legend(name: str) -> str:
    """Cut a name so that a number still has room behind it."""
    return shorten(legible(name), LONGEST - 0.8, TICK_SIZE)


def _entry(text: str) -> str:
    return shorten(legible(text), LONGEST, TICK_SIZE)
