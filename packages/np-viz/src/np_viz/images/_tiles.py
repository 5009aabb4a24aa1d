"""Rows of small pictures with captions above them, all in one Axes.

The Axes counts in inches, downwards from the upper left corner, so pictures and captions never
touch. One Axes for a hundred pictures is drawn many times faster than a hundred Axes, and fits
wherever one Axes fits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from np_viz._axes import AxesLike, Panels, make_panels, title_width
from np_viz._checks import check_count
from np_viz._colors import DARK_VERMILION, INK, MUTED, VERMILION
from np_viz._figure import new_figure
from np_viz._style import PAGE_WIDTH, TITLE_SIZE
from np_viz._text import printable, set_text, shorten, text_width

CAPTION = 8.5  # points
LINE, GAP, MARGIN = 0.155, 0.12, 0.12
LARGE, SMALL, FEW = 1.12, 0.84, 12  # side of a square picture; large if there are few
NARROWEST = 0.3
ROOM = PAGE_WIDTH - 2 * MARGIN


@dataclass(frozen=True)
class Tile:
    """One picture (H, W) or (H, W, 3), or None for a blank; up to two lines of caption above it."""

    picture: NDArray[Any] | None
    lines: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    colormap: str = "gray"
    wrong: bool = False


def value_limits(array: NDArray[Any]) -> tuple[float, float]:
    """Values drawn black and white: 0 and 255 of bytes, 0 and 1 of fractions, else the range."""
    if array.dtype == np.uint8:
        return 0.0, 255.0
    finite = array[np.isfinite(array)]
    if finite.size == 0 or (finite.min() >= 0 and finite.max() <= 1):
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


def to_picture(image: NDArray[Any], limits: tuple[float, float]) -> NDArray[Any]:
    """Turn an image (1, H, W) or (3, H, W) into what Matplotlib draws; colors become 0 to 1."""
    if len(image) == 1:
        return np.asarray(image[0])
    colors = np.moveaxis(image, 0, -1)
    if image.dtype == np.uint8:
        return colors
    low, high = limits
    scaled = (colors.astype(np.float64) - low) / ((high - low) or 1.0)
    return np.clip(np.nan_to_num(scaled, nan=0.5), 0.0, 1.0)


@dataclass(frozen=True)
class Layout:
    """A grid of equal cells ``room`` inches wide with pictures of ``width`` x ``height`` inches.

    ``heads`` has the height of the captions above each row of pictures.
    """

    columns: int
    room: float
    width: float
    height: float
    heads: tuple[float, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the whole sheet."""
        if not self.heads:
            return 3.0, 0.6
        across = 2 * MARGIN + self.columns * (self.room + GAP) - GAP
        return across, 2 * MARGIN + sum(self.heads) + len(self.heads) * (self.height + GAP) - GAP

    def corner(self, index: int) -> tuple[float, float]:
        """Left and upper edge of picture ``index``."""
        row, column = divmod(index, self.columns)
        x = MARGIN + column * (self.room + GAP) + (self.room - self.width) / 2
        return x, MARGIN + sum(self.heads[: row + 1]) + row * (self.height + GAP)


def lay_out(
    captions: Sequence[Sequence[str]], *, ratio: float, columns: int | None, group: int
) -> Layout:
    """Lay out pictures that are ``ratio`` times as high as wide, all of the same area.

    A cell is as wide as its captions need, up to one and a half pictures. There are as many columns
    as fit on a page, a multiple of ``group``; given columns make the cells narrower instead.
    """
    count = len(captions)
    side = LARGE if count <= FEW else SMALL
    width = min(ROOM, side / math.sqrt(ratio), ROOM / ratio)
    texts = [text_width(line, CAPTION) for caption in captions for line in caption]
    room = max([width, *(min(text, 1.5 * side) for text in texts)])
    if columns is None:
        most = int((ROOM + GAP) // (room + GAP)) // group * group or group
        rows = max(1, -(-count // most))
        columns = -(-max(1, count) // (rows * group)) * group
    room = min(room, max(NARROWEST, (ROOM + GAP) / columns - GAP))
    width = min(width, room)
    starts = range(0, count, columns)
    heads = tuple(LINE * max(map(len, captions[s : s + columns])) for s in starts)
    return Layout(columns, room, width, width * ratio, heads)


def draw_tiles(
    ax: AxesLike,
    tiles: Sequence[Tile],
    *,
    columns: int | None = None,
    group: int = 1,
    title: str | None = None,
    note: str | None = None,
    empty: str = "no images",
) -> Figure:
    """Draw the tiles row by row, ``note`` below them; draw ``empty`` if there are no tiles."""
    captions = [tuple(printable(line) for line in tile.lines) for tile in tiles]
    shapes = [tile.picture.shape for tile in tiles if tile.picture is not None]
    ratio = max((shape[0] / shape[1] for shape in shapes), default=1.0)
    if columns is not None:
        check_count(columns, "columns")
    layout = lay_out(captions, ratio=ratio, columns=columns, group=group)
    inner, height = layout.size
    note_width = 0.0 if note is None else text_width(printable(note), CAPTION) + 2 * MARGIN
    width = max(inner, note_width)
    if note is not None:
        height += 2 * LINE
    panels = _make_sheet(ax, width, height, title)
    [ax] = panels.axes
    scale = min(1.0, panels.inches[0] / width, panels.inches[1] / height)

    for i, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        x, y = layout.corner(i)
        x += (width - inner) / 2
        _draw_picture(ax, tile, (x, x + layout.width, y + layout.height, y))
        text = "\n".join(shorten(line, layout.room, CAPTION) for line in caption)
        if text:
            artist = ax.text(x + layout.width / 2, y - 0.035, "", ha="center", va="bottom")
            artist.set_linespacing(1.15)
            color = DARK_VERMILION if tile.wrong else INK
            set_text(artist, text, size=CAPTION * scale, color=color)
    if not tiles:
        middle = ax.text(width / 2, layout.size[1] / 2, "", ha="center", va="center")
        set_text(middle, printable(empty), size=TITLE_SIZE * scale, color=MUTED)
    if note is not None:
        below = ax.text(width / 2, height - MARGIN, "", ha="center", va="bottom")
        set_text(below, printable(note), size=CAPTION * scale, color=MUTED)
    ax.set(xlim=(0.0, width), ylim=(height, 0.0), aspect="equal", anchor="C")
    return panels.finish()


def _make_sheet(ax: AxesLike, width: float, height: float, title: str | None) -> Panels:
    """Return the axes to draw in; a new figure has the size of the sheet and of its title."""
    if ax is None:
        head = 0.0 if title is None else 0.36
        figure = new_figure(max(width, title_width(title)), height + head, layout=False)
        whole = figure.add_axes((0.0, 0.0, 1.0, height / (height + head)))
        panels = Panels([whole], figure, True, title)
    else:
        panels = make_panels(ax, size=(width, height), title=title)
    panels.axes[0].set_axis_off()
    return panels


def _draw_picture(ax: Axes, tile: Tile, extent: tuple[float, float, float, float]) -> None:
    """Draw a picture and its frame at ``(left, right, bottom, top)``."""
    if tile.picture is not None:
        ax.imshow(
            tile.picture,
            cmap=colormaps[tile.colormap].with_extremes(bad=VERMILION),
            vmin=tile.limits[0],
            vmax=tile.limits[1],
            extent=extent,
            interpolation="none",  # whole pixels: sharp in a PNG and unchanged in an SVG
            origin="upper",
            resample=True,
        )
    left, right, bottom, top = extent
    frame = Rectangle(
        (left, top),
        right - left,
        bottom - top,
        fill=False,
        edgecolor=VERMILION if tile.wrong else MUTED,
        linewidth=2.0 if tile.wrong else 0.5,
        linestyle="-" if tile.picture is not None else ":",
    )
    ax.add_patch(frame)
