"""Rows of small pictures with captions above them, all in one Axes.

The coordinates of the Axes are inches, downwards from the upper left corner, so pictures and
captions never touch. One Axes with a hundred pictures is drawn many times faster than a hundred
Axes.
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

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_count
from np_viz._style import DARK_VERMILION, INK, MUTED, PAGE_WIDTH, VERMILION, write
from np_viz._text import shorten, text_width

CAPTION = 8.5  # points
LINE, GAP, MARGIN, HEAD = 0.155, 0.12, 0.12, 0.36  # HEAD: room for the title of a new figure
LARGE, SMALL, FEW = 1.12, 0.84, 12  # side of a square picture; large if there are few
NARROWEST = 0.3
ROOM = PAGE_WIDTH - 2 * MARGIN


@dataclass(frozen=True)
class Tile:
    """An image (1, H, W) or (3, H, W), or None for an empty frame, and the lines of its caption."""

    image: NDArray[Any] | None
    lines: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    colormap: str = "gray"
    wrong: bool = False


def value_limits(array: NDArray[Any]) -> tuple[float, float]:
    """Return the values drawn black and white.

    Those are 0 and 255 for uint8, 0 and 1 for fractions, else the lowest and the highest value.
    """
    if array.dtype == np.uint8:
        return 0.0, 255.0
    finite = array[np.isfinite(array)]
    if finite.size == 0 or (finite.min() >= 0 and finite.max() <= 1):
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


def first_of(shown: int, total: int) -> str:
    """Return a note if only the first images are drawn, else an empty text."""
    return f"first {shown} of {total} images" if shown < total else ""


def draw_tiles(
    ax: AxesLike,
    tiles: Sequence[Tile],
    *,
    columns: int | None = None,
    group: int = 1,
    title: str | None = None,
    note: str = "",
) -> Figure:
    """Draw the tiles row by row, ``note`` below them.

    A wide or tall picture has the area of a square one. A cell is as wide as the captions need, up
    to one and a half pictures. By default there are as many columns as fit on a page, and a
    ``group`` of tiles stays in one row if it fits. If ``columns`` is given, the cells become
    narrower instead.
    """
    note = note or ("" if tiles else "no images")
    count = len(tiles)
    shapes = [tile.image.shape for tile in tiles if tile.image is not None]
    ratio = max((shape[1] / shape[2] for shape in shapes), default=1.0)
    side = LARGE if count <= FEW else SMALL
    width = min(ROOM, side / math.sqrt(ratio), ROOM / ratio)
    texts = [text_width(line, CAPTION) for tile in tiles for line in tile.lines]
    cell = max([width, *(min(text, 1.5 * side) for text in texts)])
    if columns is None:
        most = int((ROOM + GAP) // (cell + GAP))
        unit = group if group <= most else 1
        rows = max(1, -(-count // (most // unit * unit)))
        columns = max(1, -(-count // (rows * unit))) * unit
    check_count(columns, "columns")
    cell = min(cell, max(NARROWEST, (ROOM + GAP) / columns - GAP))
    width = min(width, cell)
    height = width * ratio

    inner = 2 * MARGIN + columns * (cell + GAP) - GAP
    across = max(inner, text_width(note, CAPTION) + 2 * MARGIN)
    corners = []
    down = MARGIN
    for start in range(0, count, columns):
        row = tiles[start : start + columns]
        down += LINE * max(len(tile.lines) for tile in row)
        for column in range(len(row)):
            left = (across - inner) / 2 + MARGIN + column * (cell + GAP) + (cell - width) / 2
            corners.append((left, down))
        down += height + GAP
    down += 2 * LINE if note else 0.0

    head = 0.0 if title is None else HEAD
    panels = make_panels(ax, size=(across, down + head), title=title)
    [axes] = panels.axes
    axes.set_axis_off()
    if panels.new:
        panels.figure.set_layout_engine("none")
        axes.set_position((0.0, 0.0, 1.0, down / (down + head)))
    scale = min(1.0, panels.inches[0] / across, panels.inches[1] / down)
    for tile, (x, y) in zip(tiles, corners, strict=True):
        _draw_picture(axes, tile, (x, x + width, y + height, y))
        text = "\n".join(shorten(line, cell, CAPTION) for line in tile.lines)
        color = DARK_VERMILION if tile.wrong else INK
        place = x + width / 2, y - 0.035
        if text:
            write(axes, *place, text, size=CAPTION * scale, color=color, va="bottom")
    if note:
        place = across / 2, down - MARGIN
        write(axes, *place, note, size=CAPTION * scale, color=MUTED, va="bottom")
    axes.set(xlim=(0.0, across), ylim=(down, 0.0), aspect="equal", anchor="C")
    return panels.finish()


def _draw_picture(ax: Axes, tile: Tile, extent: tuple[float, float, float, float]) -> None:
    """Draw a picture and its frame at ``(left, right, bottom, top)``."""
    if tile.image is not None:
        low, high = tile.limits
        picture = tile.image[0] if len(tile.image) == 1 else np.moveaxis(tile.image, 0, -1)
        if picture.ndim == 3 and picture.dtype != np.uint8:
            scaled = (picture.astype(np.float64) - low) / ((high - low) or 1.0)
            picture = np.clip(np.nan_to_num(scaled, nan=0.5), 0.0, 1.0)
        ax.imshow(
            picture,
            cmap=colormaps[tile.colormap].with_extremes(bad=VERMILION),
            vmin=low,
            vmax=high,
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
        linestyle="-" if tile.image is not None else ":",
    )
    ax.add_patch(frame)
