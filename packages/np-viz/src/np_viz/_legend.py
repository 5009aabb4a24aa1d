"""Legends that never cover the data and accept any text, also one that begins with ``_``."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation

from np_viz._colors import INK, MUTED
from np_viz._style import TICK_SIZE
from np_viz._text import printable, set_text, shorten, shorten_all, text_width

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
_LONGEST = 2.6  # inches of a text
_ROW = 1.6 * TICK_SIZE  # points of one row


def legend_above(ax: Axes, handles: Sequence[Any], texts: Sequence[str]) -> float:
    """Put the legend above the axes, in as few rows as its width allows.

    If the vertical axis has a common factor such as 1e9, which stands there too, the legend is one
    row higher. Returns the points that a title needs to stand above it.
    """
    room = ax.bbox.width / ax.figure.dpi
    columns = max((n for n in range(1, len(texts) + 1) if _width(texts, n) <= room), default=1)
    rows = -(-len(texts) // columns)
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.02), "ncols": columns}
    if _factor(ax):
        up = ScaledTranslation(0.0, _ROW / 72.0, ax.figure.dpi_scale_trans)
        place["bbox_transform"] = ax.transAxes + up
        rows += 1
    _add_legend(ax, handles, texts, place)
    return 10.0 + rows * _ROW


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str | None = None
) -> None:
    """Put the legend in one column to the right of the axes."""
    place = {"loc": "center left", "bbox_to_anchor": (1.02, 0.5)}
    legend = _add_legend(ax, handles, texts, place)
    if title is not None:
        legend.set_title(".")
        set_text(legend.get_title(), printable(title), size=TICK_SIZE, color=MUTED)


def legend_names(names: Sequence[str]) -> list[str]:
    """Shorten names so that they still differ and a number has room behind each."""
    return shorten_all([printable(name) for name in names], _LONGEST - 0.8, TICK_SIZE)


def _factor(ax: Axes) -> str:
    """Return the common factor above the vertical axis, such as 1e9, or an empty string."""
    formatter = ax.yaxis.get_major_formatter()
    formatter.format_ticks(list(ax.yaxis.get_majorticklocs()))
    return formatter.get_offset()


def _width(texts: Sequence[str], columns: int) -> float:
    """Width in inches of a legend; Matplotlib fills one column after the other."""
    widths = [_HANDLE + text_width(_entry(text), TICK_SIZE) for text in texts]
    entries = sum(float(column.max()) for column in np.array_split(widths, columns))
    return entries + (columns - 1) * _SPACING


def _add_legend(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], place: dict[str, Any]
) -> Legend:
    # Matplotlib leaves out entries whose label begins with "_", so the texts are set afterwards.
    legend = ax.legend(list(handles), ["."] * len(texts), **_LOOK, **place)
    for artist, text in zip(legend.get_texts(), texts, strict=True):
        set_text(artist, _entry(text), size=TICK_SIZE, color=INK)
    return legend


def _entry(text: str) -> str:
    return shorten(printable(text), _LONGEST, TICK_SIZE)
