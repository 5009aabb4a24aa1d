"""Regions of touching pixels: which are digits, which are printed lines, specks or the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipelines.photographs.handwriting import Image, NoDigitError, enlarge, fitted, stroke_width

Mask = NDArray[np.bool_]

COARSE = 200  # pixels of the longer side of the picture in which regions are looked for
MARKED = 0.15  # ink above this share of the darkest belongs to a region
LINE = 0.03  # a printed line is thinner than this share of its length
THICK = 0.15  # the ground is thicker than this share of its length; no stroke is
GROUND = 0.2  # the ground around a sheet covers at least this share of the picture's border
SPECK = 0.03  # a piece of a digit has at least this share of the ink of the largest digit
TALL = 0.5  # a digit is at least this high, as a share of the highest
REACH = 0.35  # a piece lies this near to its digit, as a share of the digit's height
MIN_SHARE = 0.2  # the digits together hold at least this share of all ink
WIDE = 1.6  # a digit is at most this many times as wide as high


@dataclass(eq=False)
class Region:
    """Some of the pixels of a picture, their bounding box and how much ink they have."""

    mask: Mask
    rows: slice
    columns: slice
    ink: float

    @property
    def height(self) -> int:
        """Rows of the bounding box."""
        return int(self.rows.stop - self.rows.start)

    @property
    def width(self) -> int:
        """Columns of the bounding box."""
        return int(self.columns.stop - self.columns.start)

    def joined(self, other: Region) -> Region:
        """Return the region of the pixels of both."""
        return Region(
            self.mask | other.mask,
            slice(min(self.rows.start, other.rows.start), max(self.rows.stop, other.rows.stop)),
            slice(
                min(self.columns.start, other.columns.start),
                max(self.columns.stop, other.columns.stop),
            ),
            self.ink + other.ink,
        )


def label_regions(marked: Mask) -> NDArray[np.int64]:
    """Number the regions of touching pixels, corners included; pixels that are not marked get -1.

    Every pixel takes the smallest number around it, and then the number which that pixel has,
    until nothing changes.
    """
    numbers = np.arange(marked.size).reshape(marked.shape)
    outside = marked.size
    labels = np.where(marked, numbers, outside)
    while True:
        windows = sliding_window_view(np.pad(labels, 1, constant_values=outside), (3, 3))
        smallest = np.where(marked, windows.min(axis=(2, 3)), outside)
        smallest = np.append(smallest.ravel(), outside)[smallest]
        if (smallest == labels).all():
            return np.where(marked, labels, -1)
        labels = smallest


def bounds(mask: Mask) -> tuple[slice, slice]:
    """Return the rows and the columns of the bounding box."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def regions_of(ink: Image) -> list[Region]:
    """Return the regions of marked pixels, the one with most ink first."""
    labels = label_regions(ink > MARKED)
    numbers = np.unique(labels[labels >= 0])
    regions = []
    for number in numbers:
        mask = labels == number
        regions.append(Region(mask, *bounds(mask), float(ink[mask].sum())))
    return sorted(regions, key=lambda region: -region.ink)


def find_sheet(grey: Image) -> tuple[slice, slice] | None:
    """Return where a sheet lies on a darker ground, or None if the picture shows only paper.

    A sheet is a large bright region that nearly fills its rectangle and ends abruptly, which a
    shadow seldom does. The ground covers a real share of the picture's border: the stroke of a 0
    that fills the frame does not.
    """
    level = float(grey.mean())
    for _ in range(20):  # the threshold lies halfway between the means of the two parts
        bright = grey > level
        if bright.all() or not bright.any():
            return None
        level = float(grey[bright].mean() + grey[~bright].mean()) / 2
    bright = grey > level
    if bright.all() or not bright.any():
        return None
    labels = label_regions(bright)
    sheet = labels == np.bincount(labels[labels >= 0]).argmax()
    box = bounds(sheet)
    large = min(np.array(sheet[box].shape) / grey.shape) > 0.4
    full = sheet[box].mean() > 0.6
    ground = 1 - border_of(bright).mean() > GROUND
    windows = sliding_window_view(np.pad(grey, 2, mode="edge"), (5, 5))
    inside = sliding_window_view(np.pad(sheet, 1, mode="edge"), (3, 3)).mean(axis=(2, 3))
    edge = windows[(inside > 0) & (inside < 1)]
    abrupt = np.median(edge.min(axis=(1, 2)) / np.maximum(edge.max(axis=(1, 2)), 1e-9)) < 0.55
    sides_at_border = sum(
        int(side.start == 0) + int(side.stop == size)
        for side, size in zip(box, grey.shape, strict=True)
    )
    return box if large and full and ground and abrupt and sides_at_border <= 2 else None


def border_of(mask: Mask) -> Mask:
    """Return the pixels on the four sides of a picture, one after the other."""
    return np.concatenate([mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1]])


def is_line(region: Region, ink: Image) -> bool:
    """Return whether a region is a printed line: it spans the picture and is very thin."""
    spans = region.height >= len(ink) - 2 or region.width >= len(ink[0]) - 2
    if not spans:
        return False
    inside = np.where(region.mask, ink, 0)[region.rows, region.columns]
    return stroke_width(inside) < LINE * max(region.height, region.width)


def is_ground(region: Region, ink: Image) -> bool:
    """Return whether a region is the ground beside the sheet: thick, along much of the border."""
    inside = np.where(region.mask, ink, 0)[region.rows, region.columns]
    thick = stroke_width(inside) > THICK * max(region.height, region.width)
    return bool(thick and border_of(region.mask).mean() > GROUND)


def digits_of(ink: Image) -> tuple[list[Image], list[str]]:
    """Return the ink of each digit, from left to right, and remarks on what was left out.

    Regions are ranked by their ink. What spans the picture and is thin is a printed line, and what
    covers much of the border is the ground, unless there is nothing else. Regions that lie above
    each other, or small ones near a large one, are pieces of one digit.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 to 1.

    Raises
    ------
    NoDigitError
        If the picture shows no handwriting, or more than one line of it.
    """
    coarse = fitted(ink, min(COARSE, max(ink.shape)))
    regions = regions_of(coarse)
    total = sum(region.ink for region in regions)
    ground = [region for region in regions if is_ground(region, coarse)]
    lines = [region for region in regions if region not in ground and is_line(region, coarse)]
    written = [region for region in regions if region not in ground and region not in lines]
    remarks = []
    if sum(region.ink for region in written) < MIN_SHARE * (total - sum(g.ink for g in ground)):
        upright = [line for line in lines if line.height > line.width]
        if len(lines) != 1 or not upright:  # one upright line alone is a 1
            written = []
        else:
            written, lines = upright, []
    if not written:
        raise NoDigitError("no handwriting stands out from the paper; is the picture blank?")
    if lines:
        remarks.append("printed lines left out")
    if ground:
        remarks.append("ground left out")
    digits, rest = group(written)
    if rest:
        remarks.append("specks left out")
    for digit in digits:
        if digit.width > WIDE * digit.height:
            remarks.append("a digit is very wide: digits that touch each other are read as one")
            break
    return [np.where(_grown(digit.mask, ink), ink, 0) for digit in digits], remarks


def group(regions: list[Region]) -> tuple[list[Region], list[Region]]:
    """Return the digits from left to right, each with its pieces, and what is left: specks.

    Raises
    ------
    NoDigitError
        If digits stand above each other.
    """
    digits: list[Region] = []
    pieces = []
    tallest = max(max(region.height, region.width) for region in regions)
    for region in regions:  # most ink first
        if max(region.height, region.width) >= TALL * tallest and region.ink > SPECK * regions[0].ink:
            over = next((i for i, digit in enumerate(digits) if _overlap(digit, region)), None)
            if over is None:
                digits.append(region)
            else:
                digits[over] = digits[over].joined(region)
        else:
            pieces.append(region)
    specks = []
    for piece in pieces:
        near = min(digits, key=lambda digit: _distance(digit, piece))
        close = _distance(near, piece) <= REACH * max(near.height, near.width)
        if close and piece.ink > SPECK * regions[0].ink:
            digits[digits.index(near)] = near.joined(piece)
        else:
            specks.append(piece)
    digits.sort(key=lambda digit: digit.columns.start)
    return digits, specks


def _overlap(one: Region, other: Region) -> bool:
    """Return whether the narrower of two regions lies for the most part above or below the other."""
    common = min(one.columns.stop, other.columns.stop) - max(
        one.columns.start, other.columns.start
    )
    return common > 0.5 * min(one.width, other.width)


def _distance(one: Region, other: Region) -> float:
    """Return the gap between two bounding boxes in pixels; 0 where they overlap."""
    down = max(one.rows.start - other.rows.stop, other.rows.start - one.rows.stop, 0)
    right = max(one.columns.start - other.columns.stop, other.columns.start - one.columns.stop, 0)
    return float(np.hypot(down, right))


def _grown(mask: Mask, ink: Image) -> Mask:
    """Return a coarse mask, one pixel larger on each side, in the size of the ink."""
    windows = sliding_window_view(np.pad(mask, 1), (3, 3))
    return enlarge(windows.max(axis=(2, 3)).astype(float), *ink.shape) > 0.5
