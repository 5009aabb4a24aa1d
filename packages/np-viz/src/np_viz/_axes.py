"""Where a figure is drawn.

Every function of the package takes ``ax``: nothing (a new figure is made), an Axes, as many Axes as
it has panels, or an empty Figure or SubFigure in which it makes its panels. A single Axes given to
a function with several panels is divided into them. Axes that are made here look the same whatever
style sheet is in force; Axes that are given keep their own look. ``pyplot`` is never imported and
``rcParams`` is never written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure, SubplotParams
from matplotlib.layout_engine import ConstrainedLayoutEngine

from np_viz._look import DPI, INK, PAGE, TITLE_SIZE, house
from np_viz._text import legible, shorten, spell, width

Target = Axes | Sequence[Axes] | Figure | SubFigure | None

# Close to what the layout arrives at: what is measured before it should hold after it.
_NEAR = SubplotParams(left=0.08, right=0.98, bottom=0.12, top=0.9, wspace=0.15, hspace=0.4)
_AROUND = 0.9  # inches above and below axes: title, ticks and the name of the axis


@dataclass(frozen=True)
class Place:
    """The axes of a drawing in reading order, and what carries the title over all of them.

    ``head`` is None where the caller gave several axes one by one; ``new`` says that the figure was
    made for this drawing.
    """

    axes: list[Axes]
    head: Axes | Figure | SubFigure | None
    new: bool
    title: str | None

    def finish(self, *, pad: float = 8.0, layouts: int = 1) -> Figure:
        """Write the title, lay a new figure out for good, and return the figure.

        A new figure is made as tall as its legend needs. Over given axes the title stands ``pad``
        points high. Matplotlib's constrained layout starts from where the last one ended, so a
        figure that lays itself out at each drawing would give other bytes each time it is saved.
        Square axes beside slanted names or a scale of shades need a few ``layouts`` until nothing
        moves any more.
        """
        figure = _root(self.axes[0])
        engine = figure.get_layout_engine()
        if self.new:
            legends = [legend for ax in self.axes if (legend := ax.get_legend()) is not None]
            tall = [legend.get_window_extent().height / figure.dpi + _AROUND for legend in legends]
            figure.set_figheight(max([figure.get_figheight(), *tall]))
        if self.title is not None and self.head is not None:
            text = legible(self.title)
            if self.new:
                text = shorten(text, figure.get_figwidth() - 0.3, TITLE_SIZE)
            if isinstance(self.head, Axes):
                artist = self.head.set_title("", loc="center", pad=pad, fontweight="normal")
            elif engine is None and self.new:
                top = 1.0 - 0.12 / figure.get_figheight()
                artist = self.head.suptitle("", y=top, va="top", fontweight="normal")
            else:
                artist = self.head.suptitle("", fontweight="normal")
            spell(artist, text, size=TITLE_SIZE, colour=INK)
        if self.new and engine is not None:
            for _ in range(layouts):
                engine.execute(figure)
            figure.set_layout_engine("none")
        return figure

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height of the first axes before any layout."""
        ax = self.axes[0]
        dpi = _root(ax).dpi
        return ax.bbox.width / dpi, ax.bbox.height / dpi


def place(
    ax: Target,
    *,
    size: tuple[float, float],
    title: str | None,
    rows: int = 1,
    columns: int = 1,
    count: int | None = None,
) -> Place:
    """Find or make the first ``count`` axes of a grid.

    A new figure is ``size`` inches wide and high, and wider where the title needs it.
    """
    count = rows * columns if count is None else count
    if ax is None:
        wide = 0.0 if title is None else min(PAGE, width(legible(title), TITLE_SIZE) + 0.4)
        figure = new_figure(max(size[0], wide), size[1])
        return Place(_subplots(figure, rows, columns, count), figure, True, title)
    if isinstance(ax, Figure | SubFigure):
        if ax.axes:
            raise ValueError(
                f"a figure given as ax must be empty, got one with {len(ax.axes)} axes: "
                "give one of its axes, or an empty SubFigure"
            )
        made = _subplots(ax, rows, columns, count)
        return Place(made, made[0] if count == 1 else ax, False, title)
    if isinstance(ax, Axes):
        inside = [ax] if count == 1 else _divide(ax, rows, columns, count)
        return Place(inside, ax, False, title)
    given = list(_flat(ax))
    if len(given) != count:
        raise ValueError(f"this figure has {count} panels, got {len(given)} axes")
    return Place(given, given[0] if count == 1 else None, False, title)


def _subplots(figure: Figure | SubFigure, rows: int, columns: int, count: int) -> list[Axes]:
    return [house(figure.add_subplot(rows, columns, i + 1)) for i in range(count)]


def new_figure(wide: float, high: float, *, laid_out: bool = True) -> Figure:
    """Return a white figure of ``wide`` x ``high`` inches that belongs to no window."""
    layout = ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08, hspace=0.03, wspace=0.03)
    figure = Figure(
        figsize=(wide, high),
        dpi=DPI,
        facecolor="white",
        edgecolor="white",
        linewidth=0.0,
        frameon=True,
        layout=layout if laid_out else None,
        subplotpars=_NEAR,
    )
    FigureCanvasAgg(figure)
    return figure


def _flat(given: object) -> list[Axes]:
    """Axes of a (nested) sequence or array of axes."""
    if isinstance(given, Axes):
        return [given]
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise TypeError(
            f"ax must be an Axes, a sequence of Axes, a Figure, a SubFigure or None, got {given!r}"
        )
    return list(chain.from_iterable(_flat(item) for item in given))


def _divide(ax: Axes, rows: int, columns: int, count: int, gap: float = 0.4) -> list[Axes]:
    """Panels inside one axes, which itself becomes invisible."""
    ax.set_axis_off()
    w = 1.0 / (columns + gap * (columns - 1))
    h = 1.0 / (rows + gap * (rows - 1))
    cells = [divmod(i, columns) for i in range(count)]
    step = 1 + gap
    return [house(ax.inset_axes((c * w * step, 1 - h - r * h * step, w, h))) for r, c in cells]


def _root(ax: Axes) -> Figure:
    """Return the figure at the root of ``ax``, also through SubFigures."""
    parent = ax.figure
    while isinstance(parent, SubFigure):
        parent = parent.figure
    if parent is None:
        raise ValueError("ax must be on a figure, got an Axes that was removed from its figure")
    return parent
