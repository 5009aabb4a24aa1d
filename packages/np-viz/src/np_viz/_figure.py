"""New figures, and the bytes of their files.

The bytes depend on the figure alone. A PNG has no program name. An SVG has no date, no program name
and no random identifiers, and its text is drawn as outlines. Resolution and every Matplotlib
setting that reaches the file are fixed here.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubplotParams
from matplotlib.layout_engine import ConstrainedLayoutEngine

from np_viz._style import DPI

# Matplotlib reads these settings when it writes. Not every version has all of them.
_FIXED = (
    "agg.path.chunksize",
    "axes.unicode_minus",
    "image.composite_image",
    "path.effects",
    "path.simplify",
    "path.simplify_threshold",
    "path.sketch",
    "path.snap",
    "savefig.bbox",
    "savefig.transparent",
    "svg.fonttype",
    "svg.id",
    "svg.image_inline",
    "text.antialiased",
    "text.hinting",
    "text.kerning_factor",
    "text.usetex",
)
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}
_MARGINS = ("left", "bottom", "right", "top", "wspace", "hspace")
_LOCK = threading.Lock()
# Close to the final layout, so that what is measured before the layout still holds after it.
_START = SubplotParams(left=0.08, right=0.98, bottom=0.12, top=0.9, wspace=0.15, hspace=0.4)


class NotebookFigure(Figure):
    """A Matplotlib figure that a notebook shows as a picture, also without ``pyplot``."""

    def _repr_png_(self) -> bytes:
        return figure_bytes(self, "png", dpi=DPI)


def new_figure(width: float, height: float, *, layout: bool = True) -> Figure:
    """Return a white figure of ``width`` x ``height`` inches that belongs to no window."""
    engine = ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08, hspace=0.03, wspace=0.03)
    figure = NotebookFigure(
        figsize=(width, height),
        dpi=DPI,
        facecolor="white",
        edgecolor="white",
        linewidth=0.0,
        frameon=True,
        layout=engine if layout else None,
        subplotpars=_START,
    )
    FigureCanvasAgg(figure)
    return figure


def figure_bytes(fig: Figure, kind: str, *, dpi: float) -> bytes:
    """Return the bytes of a PNG or SVG file of ``fig``: equal figures give equal bytes."""
    default: Any = matplotlib.rcParamsDefault
    settings: Any = {name: default[name] for name in _FIXED if name in default}
    buffer = io.BytesIO()
    # rcParams belongs to the whole process: two threads must not restore it in the wrong order.
    with (
        _LOCK,
        matplotlib.rc_context(settings | {"svg.hashsalt": "np-viz"}),
        _keep_positions(fig),
    ):
        fig.savefig(
            buffer,
            format=kind,
            dpi=dpi,
            facecolor=fig.get_facecolor(),
            edgecolor="none",
            metadata=METADATA[kind],
        )
    return buffer.getvalue()


@contextmanager
def _keep_positions(fig: Figure) -> Iterator[None]:
    """Restore the positions of axes and subfigures that a layout engine moves while drawing.

    A layout engine starts from the current positions. Without this, a second file of the same
    figure would differ from the first.
    """
    places = [(ax, ax.get_position(original=True), ax.get_position()) for ax in fig.axes]
    boxes = [(part, part.bbox_relative.frozen()) for part in fig.subfigs]
    margins = [(p, {name: getattr(p, name) for name in _MARGINS}) for p in _subplotpars(fig)]
    try:
        yield
    finally:
        for pars, margin in margins:
            pars.update(**margin)
        for part, box in boxes:
            part.bbox_relative.set(box)
        for ax, original, active in places:
            in_layout = ax.get_in_layout()
            ax.set_position(original, which="original")
            ax.set_position(active, which="active")
            ax.set_in_layout(in_layout)  # set_position takes the axes out of the layout


def _subplotpars(fig: Figure) -> list[SubplotParams]:
    return [fig.subplotpars, *(part.subplotpars for part in fig.subfigs)]
