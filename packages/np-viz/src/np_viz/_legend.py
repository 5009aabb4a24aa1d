"""Legends that never cover the data. Their texts may also begin with ``_``."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation

from np_viz._style import INK, MUTED, TICK_SIZE
from np_viz._text import set_text, shorten

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
_LONGEST = 2.6  # inches of a text
LONGEST_NAME = 1.8  # inches of a name that a number follows
_ROW = 1.6 * TICK_SIZE  # points of one row


def legend_above(ax: Axes, handles: Sequence[Any], texts: Sequence[str]) -> float:
    """Put the legend above the axes, in as few rows as its width allows.

    A common factor of the vertical axis, such as 1e9, stands above the axes too; then the legend
    is one row higher. Returns the distance in points from the axes to a title above the legend.
    """
    formatter = ax.yaxis.get_major_formatter()
    formatter.format_ticks(list(ax.yaxis.get_majorticklocs()))
    raised = _ROW if formatter.get_offset() else 0.0
    place = ax.transAxes + ScaledTranslation(0.0, raised / 72.0, ax.figure.dpi_scale_trans)
    for columns in range(len(texts), 0, -1):
        legend = _add_legend(
            ax,
            handles,
            texts,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.02),
            bbox_transform=place,
            ncols=columns,
        )
        box = legend.get_window_extent()
        if box.width <= ax.bbox.width:
            break
    return 10.0 + raised + 72.0 * box.height / ax.figure.dpi


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str = ""
) -> None:
    """Put the legend in one column to the right of the axes."""
    legend = _add_legend(
        ax, handles, texts, loc="center left", bbox_to_anchor=(1.02, 0.5), title=title
    )
    set_text(legend.get_title(), title, size=TICK_SIZE, color=MUTED)


def _add_legend(ax: Axes, handles: Sequence[Any], texts: Sequence[str], **place: Any) -> Legend:
    # Matplotlib leaves out entries whose label begins with "_", so the texts are set afterwards.
    legend = ax.legend(list(handles), ["."] * len(texts), **_LOOK, **place)
    for artist, text in zip(legend.get_texts(), texts, strict=True):
        set_text(artist, shorten(text, _LONGEST, TICK_SIZE), size=TICK_SIZE, color=INK)
    return legend
