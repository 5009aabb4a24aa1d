"""Regions of a picture: pixels that touch, which of them are the digit, and where a sheet lies."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipelines.photographs.handwriting import Image, NoDigitError, enlarge, fitted, stroke_width

COARSE = 100  # pixels of the longer side of a picture whose regions are looked for
REACH = 0.15  # a part of the digit lies this near to it, as a share of its longer side
SPECK = 0.03  # and has at least this share of its ink
CRUMB = 0.2  # ink below this share of the printed lines' is a piece of them
LINE = 0.03  # what comes in from the border and is thinner, for its length, is a printed line


def label_regions(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give each region of touching pixels a number, corners included; what is not marked is -1.

    Every pixel takes the smallest number about it and then the number which that pixel has, until
    nothing changes.
    """
    numbers = np.arange(marked.size).reshape(marked.shape)
    none = marked.size
    labels = np.where(marked, numbers, none)
    while True:
        windows = sliding_window_view(np.pad(labels, 1, constant_values=none), (3, 3))
        least = np.where(marked, windows.min(axis=(2, 3)), none)
        least = np.append(least.ravel(), none)[least]
        if (least == labels).all():
            return np.where(marked, labels, -1)
        labels = least


def find_sheet(grey: Image) -> tuple[slice, slice] | None:
    """Return where a sheet lies on a darker ground, or None where the picture shows only paper.

    A sheet is a bright region that is large, nearly fills its rectangle and has the ground on two
    sides or more. It ends abruptly, which a shadow seldom does.
    """
    level = float(grey.mean())
    for _ in range(20):  # the threshold halfway between the means of what it parts
        bright = grey > level
        if bright.all() or not bright.any():
            break
        level = float(grey[bright].mean() + grey[~bright].mean()) / 2
    bright = grey > level
    if bright.all() or not bright.any():
        return None
    labels = label_regions(bright)
    sheet = labels == np.bincount(labels[labels >= 0]).argmax()
    box = bounds(sheet)
    large = min(np.array(sheet[box].shape) / grey.shape) > 0.4
    full = sheet[box].mean() > 0.6
    windows = sliding_window_view(np.pad(grey, 2, mode="edge"), (5, 5))
    inside = sliding_window_view(np.pad(sheet, 1, mode="edge"), (3, 3)).mean(axis=(2, 3))
    edge = windows[(inside > 0) & (inside < 1)]
    abrupt = np.median(edge.min(axis=(1, 2)) / np.maximum(edge.max(axis=(1, 2)), 1e-9)) < 0.55
    at_border = sum(
        int(side.start == 0) + int(side.stop == size)
        for side, size in zip(box, grey.shape, strict=True)
    )
    return box if large and full and abrupt and at_border <= 2 else None


def bounds(region: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns that a region lies in."""
    rows, columns = (np.flatnonzero(region.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def beside(one: slice, other: slice, reach: float) -> bool:
    """Say whether two stretches overlap or are at most `reach` pixels apart."""
    return bool(max(one.start - other.stop, other.start - one.stop) <= reach)


def is_line(ink: Image) -> bool:
    """Say whether strokes are so thin for their length that no pen has drawn a digit with them."""
    return bool(stroke_width(ink) < LINE * max(ink.shape))


def digit_regions(ink: Image) -> NDArray[np.bool_]:
    """Return which pixels belong to the digit: the region with most ink, and what is beside it.

    What touches the border is the digit only where nothing else is there, as in a picture that was
    cut out closely.

    Raises
    ------
    NoDigitError
        Where there are only specks and printed lines.
    """
    coarse = fitted(ink, min(COARSE, max(ink.shape)))
    labels = label_regions(coarse > 0.1)
    regions = [labels == number for number in np.unique(labels[labels >= 0])]
    border = np.ones(coarse.shape, bool)
    border[1:-1, 1:-1] = False
    inner, outer, lines = [], [], 0.0
    for region in regions:
        if not (region & border).any():
            inner.append(region)
        elif is_line(np.where(region, coarse, 0)[bounds(region)]):
            lines += float(coarse[region].sum())
        else:
            outer.append(region)
    candidates = inner or outer
    digit = max(candidates, key=lambda region: float(coarse[region].sum()), default=border)
    rows, columns = bounds(digit)
    if not candidates or coarse[digit].sum() < CRUMB * lines:
        raise NoDigitError("no handwriting stands out from the paper; is the picture blank?")
    reach = REACH * max(rows.stop - rows.start, columns.stop - columns.start)
    kept = np.zeros(coarse.shape, bool)
    for region in candidates:
        near = [
            beside(one, other, reach)
            for one, other in zip((rows, columns), bounds(region), strict=True)
        ]
        if all(near) and coarse[region].sum() > SPECK * coarse[digit].sum():
            kept |= region
    windows = sliding_window_view(np.pad(kept, 1), (3, 3))
    return enlarge(windows.max(axis=(2, 3)).astype(float), *ink.shape) > 0.5
