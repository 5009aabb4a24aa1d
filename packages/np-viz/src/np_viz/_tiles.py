"""Rows of small pictures with captions above them, all in one Axes.

The Axes counts in inches, so pictures and captions can be placed where they never touch. Pictures
keep the arrays that they were given. One Axes for a hundred pictures is drawn many times faster
than a hundred Axes, and fits wherever one Axes fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from np_viz._axes import Place, Target, new_figure, place
from np_viz._look import INK, MUTED, PAGE, TITLE_SIZE
from np_viz._palette import DARK_VERMILION, VERMILION
from np_viz._sheet import CAPTION, LINE, MARGIN, lay_out
from np_viz._text import legible, shorten, spell, width


@dataclass(frozen=True)
class Tile:
    """One picture (H, W) or (H, W, 3), or None for a blank; up to two lines of caption above it."""

    picture: NDArray[Any] | None
    lines: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    colours: str = "gray"
    flagged: bool = False


def draw_tiles(
    ax: Target,
    tiles: Sequence[Tile],
    *,
    columns: int | None = None,
    group: int = 1,
    title: str | None = None,
    note: str | None = None,
    empty: str = "no images",
) -> Figure:
    """Draw the tiles row by row; ``note`` stands below them, ``empty`` where there are none."""
    captions = [tuple(legible(line) for line in tile.lines) for tile in tiles]
    shapes = [tile.picture.shape for tile in tiles if tile.picture is not None]
    ratio = max((shape[0] / shape[1] for shape in shapes), default=1.0)
    layout = lay_out(captions, ratio=ratio, columns=columns, group=group)
    inner, high = layout.size
    note_width = 0.0 if note is None else width(legible(note), CAPTION) + 2 * MARGIN
    wide = max(inner, note_width)
    if note is not None:
        high += 2 * LINE
    where = _place_sheet(ax, wide, high, title)
    [ax] = where.axes
    scale = min(1.0, where.inches[0] / wide, where.inches[1] / high)

    for i, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        x, y = layout.corner(i)
        x += (wide - inner) / 2
        _draw_picture(ax, tile, (x, x + layout.wide, y + layout.tall, y))
        text = "\n".join(shorten(line, layout.room, CAPTION) for line in caption)
        if text:
            artist = ax.text(x + layout.wide / 2, y - 0.035, "", ha="center", va="bottom")
            artist.set_linespacing(1.15)
            colour = DARK_VERMILION if tile.flagged else INK
            spell(artist, text, size=CAPTION * scale, colour=colour)
    if not tiles:
        middle = ax.text(wide / 2, layout.size[1] / 2, "", ha="center", va="center")
        spell(middle, legible(empty), size=TITLE_SIZE * scale, colour=MUTED)
    if note is not None:
        below = ax.text(wide / 2, high - MARGIN, "", ha="center", va="bottom")
        spell(below, legible(note), size=CAPTION * scale, colour=MUTED)
    ax.set(xlim=(0.0, wide), ylim=(high, 0.0), aspect="equal", anchor="C")
    return where.finish()


def _place_sheet(ax: Target, wide: float, high: float, title: str | None) -> Place:
    """Return where to draw; a new figure has exactly the sheet's size, and room for a title."""
    if ax is None:
        head = 0.0 if title is None else 0.36
        named = 0.0 if title is None else min(PAGE, width(legible(title), TITLE_SIZE) + 0.4)
        figure = new_figure(max(wide, named), high + head, laid_out=False)
        whole = figure.add_axes((0.0, 0.0, 1.0, high / (high + head)))
        where = Place([whole], figure, True, title)
    else:
        where = place(ax, size=(wide, high), title=title)
    where.axes[0].set_axis_off()
    return where


def _draw_picture(ax: Axes, tile: Tile, extent: tuple[float, float, float, float]) -> None:
    """Draw a picture and its frame at ``(left, right, bottom, top)``."""
    if tile.picture is not None:
        ax.imshow(
            tile.picture,
            cmap=colormaps[tile.colours].with_extremes(bad=VERMILION),
            vmin=tile.limits[0],
            vmax=tile.limits[1],
            extent=extent,
            interpolation="none",  # whole pixels: crisp in a PNG, and kept as they are in an SVG
            origin="upper",
            resample=True,
        )
    left, right, bottom, top = extent
    frame = Rectangle(
        (left, top),
        right - left,
        bottom - top,
        fill=False,
        edgecolor=VERMILION if tile.flagged else MUTED,
        linewidth=2.0 if tile.flagged else 0.5,
        linestyle="-" if tile.picture is not None else ":",
    )
    ax.add_patch(frame)
