"""The part of a picture that is written on: a sheet on a table, or the inside of a plot's axes."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipelines.photographs.handwriting import Image
from pipelines.photographs.regions import Box, Mask, border_of, bounding_box, label_regions

Counts = NDArray[np.int64]

GROUND = 0.2  # the ground around a sheet covers at least this share of the picture's border
DARK_SIDE = 0.2  # at most this share of a side along the ground is bright
THICK = 0.15  # ground along one side alone is at least this thick
LARGE = 0.4  # a sheet takes at least this share of the picture's height and width
FULL = 0.6  # a sheet takes at least this share of its bounding box
ABRUPT = 0.55  # at the edge of a sheet the light falls at least to this share
SIDE = 0.25  # a side of axes is at least this share of the picture's side
DRAWN = 0.95  # and at least this share of them is drawn
TICKS = 0.2  # just outside the axes, ticks cover at most this share
CONTRAST = 0.15  # what differs by this much from the ground is drawn on it


def find_sheet(grey: Image) -> Box | None:
    """Return where a sheet lies on a darker ground, or None if the picture shows only paper.

    A sheet is a large bright region that nearly fills its bounding box and ends abruptly, which a
    shadow seldom does. The ground covers much of the picture's border, and it lies along two sides
    or is thick; the strokes of a digit that fills the picture are not like that.
    """
    bright = grey > _threshold(grey)
    if bright.all() or not bright.any():
        return None
    labels = label_regions(bright)
    sheet = labels == np.bincount(labels[labels >= 0]).argmax()
    box = bounding_box(sheet)
    large = min(np.array(sheet[box].shape) / grey.shape) > LARGE
    full = sheet[box].mean() > FULL
    margins = [
        margin / size
        for side, size in zip(box, grey.shape, strict=True)
        for margin in (side.start, size - side.stop)
    ]
    sides = [bright[0], bright[-1], bright[:, 0], bright[:, -1]]
    dark_sides = sum(side.mean() < DARK_SIDE for side in sides)
    ground = border_of(bright).mean() < 1 - GROUND and (dark_sides > 1 or max(margins) > THICK)
    found = large and full and ground and margins.count(0) <= 2 and _ends_abruptly(sheet, grey)
    return box if found else None


def _threshold(grey: Image) -> float:
    """Return the grey level halfway between the means of what is brighter and what is darker."""
    level = float(grey.mean())
    for _ in range(20):
        bright = grey > level
        if bright.all() or not bright.any():
            break
        level = float(grey[bright].mean() + grey[~bright].mean()) / 2
    return level


def _ends_abruptly(sheet: Mask, grey: Image) -> bool:
    """Return whether the light falls within two pixels at the edge of a sheet."""
    windows = sliding_window_view(np.pad(grey, 2, mode="edge"), (5, 5))
    inside = sliding_window_view(np.pad(sheet, 1, mode="edge"), (3, 3)).mean(axis=(2, 3))
    edge = windows[(inside > 0) & (inside < 1)]
    fall = edge.min(axis=(1, 2)) / np.maximum(edge.max(axis=(1, 2)), 1e-9)
    return bool(np.median(fall) < ABRUPT)


def find_axes(grey: Image) -> Box | None:
    """Return the inside of the axes if the picture is a screenshot of a plot, or None.

    Axes are a rectangle on a plain ground whose four sides are drawn, or which is filled. What is
    outside, such as ticks and a title, does not belong to the picture in the axes.
    """
    ground = float(np.median(border_of(grey)))
    drawn = np.abs(grey - ground) > CONTRAST
    if border_of(drawn).mean() > 0.05:
        return None
    length, end = _longest_runs(drawn)
    rows = np.flatnonzero(length > max(16, SIDE * grey.shape[1]))
    if not len(rows) or rows[-1] - rows[0] < max(16, SIDE * grey.shape[0]):
        return None
    top, bottom = rows[0], rows[-1] + 1
    left, right = end[top] - length[top], end[top]
    outside = drawn[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    if border_of(drawn[top:bottom, left:right]).mean() < DRAWN or border_of(outside).mean() > TICKS:
        return None
    inside = slice(top + 3, bottom - 3), slice(left + 3, right - 3)
    plain = np.abs(grey[inside] - np.median(grey[inside])) < CONTRAST
    return inside if 0.3 < plain.mean() < 0.995 else None


def _longest_runs(mask: Mask) -> tuple[Counts, Counts]:
    """Return for each row the length of its longest run, and the column after the run."""
    columns = np.arange(1, mask.shape[1] + 1)
    lengths = columns - np.maximum.accumulate(np.where(mask, 0, columns), axis=1)
    return lengths.max(axis=1), lengths.argmax(axis=1) + 1
