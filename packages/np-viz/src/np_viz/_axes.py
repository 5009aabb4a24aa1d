"""Find or make the axes of a drawing, and finish its figure.

Axes that are made here get the style of the package; axes that are given keep theirs. ``pyplot`` is
never imported and ``rcParams`` is never written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure, SubplotParams
from matplotlib.layout_engine import ConstrainedLayoutEngine

from np_viz._style import DPI, INK, PAGE_WIDTH, TITLE_SIZE, apply_style
from np_viz._text import set_text, shorten, text_width
from np_viz.saving import figure_bytes

AxesLike = Axes | Sequence[Axes] | Figure | SubFigure | None

_AROUND = 0.9  # inches above and below axes: title, ticks and the label of the axis
# Close to the final layout, so that sizes measured before the layout still hold after it.
_START = SubplotParams(left=0.08, right=0.98, bottom=0.12, top=0.9, wspace=0.15, hspace=0.4)


class NotebookFigure(Figure):
    """A Matplotlib figure that a notebook shows as a picture, also without ``pyplot``."""

    def _repr_png_(self) -> bytes:
        return figure_bytes(self, "png", dpi=DPI)


def new_figure(width: float, height: float) -> Figure:
    """Return a white figure of ``width`` x ``height`` inches, without a window."""
    figure = NotebookFigure(
        figsize=(width, height),
        dpi=DPI,
        facecolor="white",
        layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08, hspace=0.03, wspace=0.03),
        subplotpars=_START,
    )
    FigureCanvasAgg(figure)
    return figure


@dataclass(frozen=True)
class Panels:
    """The axes of a drawing in reading order, and its title.

    ``title_owner`` carries the title; it is None if the caller gave several axes one by one.
    ``new`` says that the figure was made for this drawing.
    """

    axes: list[Axes]
    title_owner: Axes | Figure | SubFigure | None
    new: bool
    title: str | None

    @property
    def figure(self) -> Figure:
        """The figure of the axes, also the root of a SubFigure."""
        return self.axes[0].figure.figure

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height of the first axes before any layout."""
        box = self.axes[0].bbox
        return box.width / self.figure.dpi, box.height / self.figure.dpi

    def finish(self, *, pad: float = 8.0, layouts: int = 1) -> Figure:
        """Write the title, fix the layout of a new figure, and return the figure.

        A new figure becomes as tall as its legend needs. In given axes the title stands ``pad``
        points above them. The layout engine runs ``layouts`` times and is then switched off: it
        starts from its last result, so a figure that keeps it would give other bytes each time it
        is saved. Square axes beside slanted names or a color bar need a few runs until nothing
        moves any more.
        """
        figure, engine = self.figure, self.figure.get_layout_engine()
        if self.new:
            legends = [legend for ax in self.axes if (legend := ax.get_legend()) is not None]
            tall = [legend.get_window_extent().height / figure.dpi + _AROUND for legend in legends]
            figure.set_figheight(max([figure.get_figheight(), *tall]))
        if self.title is not None and self.title_owner is not None:
            text, owner = self.title, self.title_owner
            if self.new:
                text = shorten(text, figure.get_figwidth() - 0.3, TITLE_SIZE)
            if isinstance(owner, Axes):
                artist = owner.set_title("", loc="center", pad=pad)
            else:
                artist = owner.suptitle("", va="top")
                if not isinstance(engine, ConstrainedLayoutEngine):  # which moves the title itself
                    artist.set_y(1.0 - 0.12 * figure.dpi / owner.bbox.height)
            set_text(artist, text, size=TITLE_SIZE, color=INK)
        if self.new and engine is not None:
            for _ in range(layouts):
                engine.execute(figure)
            figure.set_layout_engine("none")
        return figure


def make_panels(
    ax: AxesLike,
    *,
    size: tuple[float, float],
    title: str | None,
    columns: int = 1,
    count: int = 1,
) -> Panels:
    """Find or make ``count`` axes in rows of ``columns``.

    A new figure is ``size`` inches wide and high, and wider if the title needs it.
    """
    if ax is None:
        head = 0.0 if title is None else text_width(title, TITLE_SIZE) + 0.4
        figure = new_figure(max(size[0], min(PAGE_WIDTH, head)), size[1])
        return Panels(_subplots(figure, columns, count), figure, True, title)
    if isinstance(ax, Figure | SubFigure):
        if ax.axes:
            raise ValueError(
                f"a figure given as ax must be empty, got one with {len(ax.axes)} axes; "
                "give one of its axes, or an empty SubFigure"
            )
        made = _subplots(ax, columns, count)
        return Panels(made, made[0] if count == 1 else ax, False, title)
    if isinstance(ax, Axes):
        return Panels([ax] if count == 1 else _divide(ax, columns, count), ax, False, title)
    given = np.ravel(np.asarray(ax, dtype=object)).tolist()
    if not all(isinstance(item, Axes) for item in given):
        raise TypeError(
            f"ax must be an Axes, a sequence of Axes, a Figure, a SubFigure or None, got {ax!r}"
        )
    if len(given) != count:
        raise ValueError(f"ax must hold {count} axes, one for each panel, got {len(given)}")
    return Panels(given, given[0] if count == 1 else None, False, title)


def _subplots(figure: Figure | SubFigure, columns: int, count: int) -> list[Axes]:
    rows = -(-count // columns)
    return [apply_style(figure.add_subplot(rows, columns, i + 1)) for i in range(count)]


def _divide(ax: Axes, columns: int, count: int) -> list[Axes]:
    """Make panels inside one axes, which itself becomes invisible."""
    ax.set_axis_off()
    gap = 0.4  # between two panels, in panels
    rows = -(-count // columns)
    w = 1.0 / (columns + gap * (columns - 1))
    h = 1.0 / (rows + gap * (rows - 1))
    panels = []
    for row, column in (divmod(i, columns) for i in range(count)):
        corner = column * w * (1 + gap), 1 - h - row * h * (1 + gap)
        panels.append(apply_style(ax.inset_axes((*corner, w, h))))
    return panels
