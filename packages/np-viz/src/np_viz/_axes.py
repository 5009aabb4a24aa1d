"""Where a figure is drawn, and the look of the axes that are made for it.

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
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import ScalarFormatter

from np_viz._text import FAMILY, legible, spell

Target = Axes | Sequence[Axes] | Figure | SubFigure | None

DPI = 100.0
INK, MUTED, FAINT = "#1a1a1a", "#555555", "#dddddd"
TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 11.0, 9.5, 8.5


@dataclass(frozen=True)
class Place:
    """The axes of a drawing in reading order, and what carries the title over all of them.

    ``head`` is None where the caller gave several axes one by one; ``new`` says that the figure was
    made for this drawing.
    """

    axes: list[Axes]
    head: Axes | Figure | SubFigure | None
    new: bool

    def finish(self, title: str | None, *, pad: float = 8.0) -> Figure:
        """Write the title, lay a new figure out for good, and return the figure.

        Matplotlib's constrained layout starts from where the last one ended, so a figure that lays
        itself out at each drawing gives other bytes each time it is saved.
        """
        if title is not None and self.head is not None:
            artist = (
                self.head.set_title("", loc="center", pad=pad, fontweight="normal")
                if isinstance(self.head, Axes)
                else self.head.suptitle("", fontweight="normal")
            )
            spell(artist, legible(title), size=TITLE_SIZE, colour=INK)
        figure = _root(self.axes[0])
        if self.new:
            figure.draw_without_rendering()
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
    rows: int = 1,
    columns: int = 1,
    count: int | None = None,
) -> Place:
    """Find or make the first ``count`` axes of a grid; a new figure is ``size`` inches large."""
    count = rows * columns if count is None else count
    new = ax is None
    if ax is None:
        ax = new_figure(*size)
    if isinstance(ax, Figure | SubFigure):
        if ax.axes:
            raise ValueError(
                f"a figure given as ax must be empty, got one with {len(ax.axes)} axes: "
                "give one of its axes, or an empty SubFigure"
            )
        made = [house(ax.add_subplot(rows, columns, i + 1)) for i in range(count)]
        return Place(made, made[0] if count == 1 else ax, new)
    if isinstance(ax, Axes):
        return Place([ax] if count == 1 else _divide(ax, rows, columns, count), ax, new)
    given = list(_flat(ax))
    if len(given) != count:
        raise ValueError(f"this figure has {count} panels, got {len(given)} axes")
    return Place(given, given[0] if count == 1 else None, new)


def new_figure(width: float, height: float) -> Figure:
    """Return a white figure of ``width`` x ``height`` inches that belongs to no window."""
    layout = ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08, hspace=0.03, wspace=0.03)
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white", layout=layout)
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


def house(ax: Axes) -> Axes:
    """Give ``ax`` the package's look, in place, independent of the style sheet in force."""
    ax.set_facecolor("white")
    for side, spine in ax.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=MUTED, linewidth=0.8)
    ax.tick_params(
        which="both",
        direction="out",
        length=3.0,
        width=0.8,
        pad=3.0,
        color=MUTED,
        labelcolor=INK,
        labelsize=TICK_SIZE,
        labelfontfamily=FAMILY,
        top=False,
        right=False,
        bottom=True,
        left=True,
    )
    ax.minorticks_off()
    ax.grid(visible=True, which="major", color=FAINT, linewidth=0.7, linestyle="-", alpha=1.0)
    ax.set_axisbelow(True)
    ax.margins(0.05)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(plain_numbers())
        axis.get_offset_text().set(fontfamily=FAMILY, fontsize=TICK_SIZE, color=INK)
    return ax


def plain_numbers() -> ScalarFormatter:
    """Return a formatter of tick numbers that ignores locale and rcParams."""
    formatter = ScalarFormatter(useOffset=False, useMathText=False, useLocale=False)
    formatter.set_powerlimits((-4, 6))
    return formatter


def name_axes(ax: Axes, x: str, y: str) -> None:
    """Write the names of both axes."""
    spell(ax.set_xlabel("", labelpad=4.0), legible(x), size=LABEL_SIZE, colour=INK)
    spell(ax.set_ylabel("", labelpad=4.0), legible(y), size=LABEL_SIZE, colour=INK)


def shade_bar(image: AxesImage, ax: Axes, name: str) -> None:
    """Draw the scale of the shades to the right of ``ax``."""
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.03).ax
    house(bar).grid(visible=False)
    bar.tick_params(left=False, right=True)
    bar.spines[["left", "bottom"]].set_visible(False)
    name_axes(bar, "", name)
