"""Rows of small pictures with captions above them, all in one Axes.

The Axes counts in inches, downwards from its upper left corner; pictures and captions are placed so
that they never touch. Pictures keep the arrays that they were given. One Axes for a hundred
pictures is drawn many times faster than a hundred Axes, and fits wherever one Axes fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from np_viz._axes import INK, MUTED, TITLE_SIZE, Place, Target, new_figure, place
from np_viz._palette import VERMILION
from np_viz._text import legible, shorten, spell, width

CAPTION, LINE, GAP, MARGIN = 8.5, 0.155, 0.12, 0.12
SHEET = 8.0  # inches: the widest figure that a page shows at full size
NOTE_SIZE = 8.5


@dataclass(frozen=True)
class Tile:
    """One picture (H, W) or (H, W, 3), or None for a blank; up to two lines of caption above it."""

    picture: NDArray[Any] | None
    lines: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    colours: str = "gray"
    flagged: bool = False


def value_limits(array: NDArray[Any]) -> tuple[float, float]:
    """Values shown as black and white: a byte's 0 and 255, a fraction's 0 and 1, else the range."""
    if array.dtype == np.uint8:
        return 0.0, 255.0
    finite = array[np.isfinite(array)]
    if finite.size == 0 or (finite.min() >= 0 and finite.max() <= 1):
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


def displayable(image: NDArray[Any], limits: tuple[float, float]) -> NDArray[Any]:
    """Turn a channel-first image (1, H, W) or (3, H, W) into what Matplotlib draws."""
    if len(image) == 1:
        return np.asarray(image[0])
    colours = np.moveaxis(image, 0, -1)
    if image.dtype == np.uint8:
        return colours
    low, high = limits
    scaled = (colours.astype(np.float64) - low) / ((high - low) or 1.0)
    return np.clip(np.nan_to_num(scaled, nan=0.5), 0.0, 1.0)


def draw_tiles(
    ax: Target,
    tiles: Sequence[Tile],
    *,
    columns: int | None = None,
    title: str | None = None,
    note: str | None = None,
    empty: str = "no images",
) -> Figure:
    """Draw the tiles row by row; ``note`` stands below them, ``empty`` where there are none."""
    captions = [tuple(legible(line) for line in tile.lines) for tile in tiles]
    lines_of_text = [line for caption in captions for line in caption]
    side = 1.12 if len(tiles) <= 12 else 0.84
    shapes = [tile.picture.shape[:2] for tile in tiles if tile.picture is not None]
    ratio = max((h / w for h, w in shapes), default=1.0)
    tall, wide = side * min(1.0, ratio), side * min(1.0, 1.0 / ratio)
    room = max([wide, *(min(width(line, CAPTION), 1.5 * side) for line in lines_of_text)])
    most = max(1, int((SHEET - 2 * MARGIN + GAP) // (room + GAP)))
    if columns is None:
        rows = max(1, -(-len(tiles) // most))
        columns = max(1, -(-len(tiles) // rows))
    starts = range(0, len(tiles), columns)
    heads = [LINE * max(map(len, captions[s : s + columns]), default=0) for s in starts]
    sheet_width = 2 * MARGIN + columns * room + (columns - 1) * GAP
    sheet_height = 2 * MARGIN + sum(heads) + len(heads) * (tall + GAP) - GAP
    if not tiles:
        sheet_width, sheet_height = 3.0, 1.0
    if note is not None:
        note = legible(note)
        sheet_height += 2 * LINE
        widened = max(sheet_width, width(note, NOTE_SIZE) + 2 * MARGIN)
    else:
        widened = sheet_width
    where = _sheet(ax, widened, sheet_height, title)
    [ax] = where.axes
    wide_by, high_by = where.inches
    scale = min(1.0, wide_by / widened, high_by / sheet_height)

    left, top = MARGIN + (widened - sheet_width) / 2, MARGIN
    for row, start in enumerate(starts):
        top += heads[row]
        for column, tile in enumerate(tiles[start : start + columns]):
            x = left + column * (room + GAP) + (room - wide) / 2
            _draw_tile(ax, tile, (x, x + wide, top + tall, top))
            text = "\n".join(shorten(s, room, CAPTION) for s in captions[start + column])
            if text:
                artist = ax.text(x + wide / 2, top - 0.035, "", ha="center", va="bottom")
                artist.set_linespacing(1.15)
                spell(
                    artist,
                    text,
                    size=CAPTION * scale,
                    colour=VERMILION if tile.flagged else INK,
                )
        top += tall + GAP
    if not tiles:
        middle = ax.text(widened / 2, sheet_height / 2, "", ha="center", va="center")
        spell(middle, legible(empty), size=TITLE_SIZE * scale, colour=MUTED)
    if note is not None:
        below = ax.text(widened / 2, sheet_height - MARGIN, "", ha="center", va="bottom")
        spell(below, note, size=NOTE_SIZE * scale, colour=MUTED)
    ax.set(xlim=(0.0, widened), ylim=(sheet_height, 0.0), aspect="equal", anchor="C")
    return where.finish(title)


def _sheet(ax: Target, inches: float, height: float, title: str | None) -> Place:
    """Return where to draw; a new figure has exactly the sheet's size, and room for a title."""
    if ax is not None:
        where = place(ax, size=(inches, height))
    else:
        head = 0.0 if title is None else 0.36
        outer = max(inches, 0.0 if title is None else width(legible(title), TITLE_SIZE) + 0.3)
        figure = new_figure(outer, height + head)
        figure.set_layout_engine("none")
        whole = figure.add_axes((0.0, 0.0, 1.0, height / (height + head)))
        where = Place([whole], whole, new=True)
    where.axes[0].set_axis_off()
    return where


def _draw_tile(ax: Axes, tile: Tile, extent: tuple[float, float, float, float]) -> None:
    left, right, bottom, top = extent
    edge = VERMILION if tile.flagged else MUTED
    if tile.picture is not None:
        ax.imshow(
            tile.picture,
            cmap=colormaps[tile.colours].with_extremes(bad=VERMILION),
            vmin=tile.limits[0],
            vmax=tile.limits[1],
            extent=extent,
            interpolation="nearest",
            origin="upper",
            resample=True,
        )
    frame = Rectangle(
        (left, top),
        right - left,
        bottom - top,
        fill=False,
        edgecolor=edge,
        linewidth=2.0 if tile.flagged else 0.5,
        linestyle="-" if tile.picture is not None else ":",
    )
    ax.add_patch(frame)
