"""Find or make the axes of a drawing.

Every function of the package takes ``ax``: None (a new figure is made), an Axes, one Axes for each
panel, or an empty Figure or SubFigure. A single Axes given to a function with several panels is
divided. Axes that are made here get the style of the package; axes that are given keep theirs.
``pyplot`` is never imported and ``rcParams`` is never written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from np_viz._colors import INK
from np_viz._figure import new_figure
from np_viz._style import PAGE_WIDTH, TITLE_SIZE, apply_style
from np_viz._text import printable, set_text, shorten, text_width

AxesLike = Axes | Sequence[Axes] | Figure | SubFigure | None

_AROUND = 0.9  # inches above and below axes: title, ticks and the label of the axis


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
    def inches(self) -> tuple[float, float]:
        """Width and height of the first axes before any layout."""
        ax = self.axes[0]
        dpi = _root(ax).dpi
        return ax.bbox.width / dpi, ax.bbox.height / dpi

    def finish(self, *, pad: float = 8.0, layouts: int = 1) -> Figure:
        """Write the title, fix the layout of a new figure, and return the figure.

        A new figure becomes as tall as its legend needs. In given axes the title stands ``pad``
        points above them. The layout engine runs ``layouts`` times and is then switched off:
        it starts from where it ended before, so a figure that keeps it would give other bytes
        each time it is saved. Square axes beside slanted names or a color bar need a few runs
        until nothing moves any more.
        """
        figure = _root(self.axes[0])
        engine = figure.get_layout_engine()
        if self.new:
            legends = [legend for ax in self.axes if (legend := ax.get_legend()) is not None]
            tall = [legend.get_window_extent().height / figure.dpi + _AROUND for legend in legends]
            figure.set_figheight(max([figure.get_figheight(), *tall]))
        if self.title is not None and self.title_owner is not None:
            self._write_title(self.title, self.title_owner, figure, pad)
        if self.new and engine is not None:
            for _ in range(layouts):
                engine.execute(figure)
            figure.set_layout_engine("none")
        return figure

    def _write_title(
        self, title: str, owner: Axes | Figure | SubFigure, figure: Figure, pad: float
    ) -> None:
        text = printable(title)
        if self.new:
            text = shorten(text, figure.get_figwidth() - 0.3, TITLE_SIZE)
        if isinstance(owner, Axes):
            artist = owner.set_title("", loc="center", pad=pad, fontweight="normal")
        elif self.new and figure.get_layout_engine() is None:
            top = 1.0 - 0.12 / figure.get_figheight()
            artist = owner.suptitle("", y=top, va="top", fontweight="normal")
        else:
            artist = owner.suptitle("", fontweight="normal")
        set_text(artist, text, size=TITLE_SIZE, color=INK)


def make_panels(
    ax: AxesLike,
    *,
    size: tuple[float, float],
    title: str | None,
    rows: int = 1,
    columns: int = 1,
    count: int | None = None,
) -> Panels:
    """Find or make the first ``count`` axes of a grid.

    A new figure is ``size`` inches wide and high, and wider if the title needs it.
    """
    count = rows * columns if count is None else count
    if ax is None:
        figure = new_figure(max(size[0], title_width(title)), size[1])
        return Panels(_subplots(figure, rows, columns, count), figure, True, title)
    if isinstance(ax, Figure | SubFigure):
        if ax.axes:
            raise ValueError(
                f"a figure given as ax must be empty, got one with {len(ax.axes)} axes; "
                "give one of its axes, or an empty SubFigure"
            )
        made = _subplots(ax, rows, columns, count)
        return Panels(made, made[0] if count == 1 else ax, False, title)
    if isinstance(ax, Axes):
        inside = [ax] if count == 1 else _divide(ax, rows, columns, count)
        return Panels(inside, ax, False, title)
    given = np.ravel(np.asarray(ax, dtype=object)).tolist()
    if not all(isinstance(item, Axes) for item in given):
        raise TypeError(
            f"ax must be an Axes, a sequence of Axes, a Figure, a SubFigure or None, got {ax!r}"
        )
    if len(given) != count:
        raise ValueError(f"ax must hold {count} axes, one for each panel, got {len(given)}")
    return Panels(given, given[0] if count == 1 else None, False, title)


def title_width(title: str | None) -> float:
    """Inches that a new figure needs for its title, at most a page."""
    return 0.0 if title is None else min(PAGE_WIDTH, text_width(printable(title), TITLE_SIZE) + 0.4)


def _subplots(figure: Figure | SubFigure, rows: int, columns: int, count: int) -> list[Axes]:
    return [apply_style(figure.add_subplot(rows, columns, i + 1)) for i in range(count)]


def _divide(ax: Axes, rows: int, columns: int, count: int, gap: float = 0.4) -> list[Axes]:
    """Make panels inside one axes, which itself becomes invisible."""
    ax.set_axis_off()
    w = 1.0 / (columns + gap * (columns - 1))
    h = 1.0 / (rows + gap * (rows - 1))
    panels = []
    for row, column in (divmod(i, columns) for i in range(count)):
        corner = column * w * (1 + gap), 1 - h - row * h * (1 + gap)
        panels.append(apply_style(ax.inset_axes((*corner, w, h))))
    return panels


def _root(ax: Axes) -> Figure:
    """Return the figure at the root of ``ax``, also through SubFigures."""
    parent = ax.figure
    while isinstance(parent, SubFigure):
        parent = parent.figure
    if parent is None:
        raise ValueError("ax must be on a figure, got an Axes that was removed from its figure")
    return parent
