"""Which regions of ink are digits, which are pieces of one, and which are left out."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipelines.photographs.handwriting import (
    BLANK,
    Image,
    NoDigitError,
    enlarge,
    fitted,
    widen,
)
from pipelines.photographs.regions import (
    Box,
    Mask,
    Region,
    border_of,
    bounding_box,
    find_regions,
    join,
)

COARSE = 320  # pixels of the longer side of the picture in which regions are looked for
MARKED = 0.15  # ink above this share of the darkest belongs to a region
LINE = 0.03  # a printed line is thinner than this share of its length
STRAIGHT = 0.6  # and at least this share of it lies in straight lines through the picture
THICK = 0.15  # the ground is thicker than this share of its length; no stroke is
GROUND = 0.2  # and covers at least this share of the picture's border
WHOLE_SIDE = 0.8  # or it covers at least this share of a side, and is straight
MIN_SHARE = 0.2  # the digits together hold at least this share of all ink
CUT = 0.8  # what the picture cuts off is smaller than this share of the largest whole region
TALL = 0.5  # a digit is at least this high, as a share of the largest
SPECK = 0.03  # a piece of a digit has at least this share of the ink of the largest digit
REACH = 0.35  # a piece lies this near to its digit, as a share of the digit's height
STACKED = 0.2  # pieces that lie this near above each other are one digit, not two rows
NEAR = (
    0.06  # pieces beside each other are one digit if they lie this near, as a share of its height
)
SLIM = 1.2  # and if they together are at most so wide for its height
WIDE = 1.6  # no digit is so wide for its height; 99.8 % of MNIST's are not

ROWS = "the picture shows more than one row of digits; crop it to one row"
TOUCH = "the picture shows something too wide for one digit; leave space between digits"


class DigitInk(NamedTuple):
    """The ink of one digit on a picture without anything else, and its bounding box."""

    ink: Image
    box: Box


def find_digits(ink: Image) -> tuple[list[DigitInk], list[str]]:
    """Return the ink of each digit, from left to right, and remarks on what was left out.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 to 1.

    Raises
    ------
    NoDigitError
        If the picture shows no handwriting, more than one row of digits, or digits that touch.
    """
    coarse = fitted(ink, min(COARSE, max(ink.shape)))
    written, remarks = select_writing(find_regions(coarse, MARKED))
    digits, specks = group(written)
    if specks:
        remarks.append("specks left out")
    for left, right in pairwise(digits):
        if min(left.rows.stop, right.rows.stop) <= max(left.rows.start, right.rows.start):
            raise NoDigitError(ROWS)
    if any(digit.width > WIDE * digit.height for digit in digits):
        raise NoDigitError(TOUCH)
    alone = [np.where(_enlarged(digit.mask, ink.shape), ink, 0) for digit in digits]
    return [DigitInk(digit, bounding_box(digit > 0)) for digit in alone], remarks


def select_writing(regions: list[Region]) -> tuple[list[Region], list[str]]:
    """Return the regions that are handwriting, and remarks on what was left out.

    Raises
    ------
    NoDigitError
        If none is.
    """
    ground = [region for region in regions if is_ground(region)]
    rest = [region for region in regions if region not in ground]
    lines = [region for region in rest if is_line(region)]
    written = [region for region in rest if region not in lines]
    if ink_of(written) < MIN_SHARE * ink_of(rest):  # a line is all that there is: perhaps a 1
        upright = [line for line in lines if line.height > line.width]
        written, lines = (upright, []) if len(lines) == len(upright) == 1 else ([], lines)
    if not written:
        raise NoDigitError(BLANK)
    whole = [region.size for region in written if not region.touches_border()]
    cut = [
        region
        for region in written
        if region.touches_border() and region.size < CUT * max(whole, default=0)
    ]
    remarks = [
        f"{name} left out"
        for name, left in (
            ("ground", ground),
            ("printed lines", lines),
            ("writing at the border", cut),
        )
        if left
    ]
    return [region for region in written if region not in cut], remarks


def ink_of(regions: list[Region]) -> float:
    """Return the ink of all regions together."""
    return sum(region.total for region in regions)


def is_ground(region: Region) -> bool:
    """Return whether a region is the ground beside the sheet.

    It lies along much of the border and is thick, or it is a straight strip along a whole side.
    """
    mask = region.mask
    if border_of(mask).mean() > GROUND and region.stroke > THICK * region.size:
        return True
    sides = max(side.mean() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    return bool(sides > WHOLE_SIDE and straight_share(mask) > STRAIGHT)


def is_line(region: Region) -> bool:
    """Return whether a region is a printed line or a grid: thin, straight, through the picture."""
    height, width = region.mask.shape
    spans = region.height >= height - 2 or region.width >= width - 2
    return bool(
        spans and region.stroke < LINE * region.size and straight_share(region.mask) > STRAIGHT
    )


def straight_share(mask: Mask) -> float:
    """Return how much of a region lies in straight lines through the whole picture.

    Lines may lean by a tenth of their length, as a hand-held camera sees them.
    """
    straight = np.zeros(mask.shape, bool)
    for lines, pixels in ((straight, mask), (straight.T, mask.T)):
        y, x = np.nonzero(pixels)
        height, width = pixels.shape
        for slope in np.linspace(-0.1, 0.1, 41):
            row = np.round(y - slope * (x - width / 2)).astype(int) + height
            reached = np.zeros((3 * height, width), bool)
            reached[row, x] = True
            through = reached.mean(axis=1) > 0.8
            lines[y, x] |= through[row]
    return float(straight.sum() / mask.sum())


def group(regions: list[Region]) -> tuple[list[Region], list[Region]]:
    """Return the digits from left to right, each with its pieces, and what is left: specks."""
    height, ink = max(region.height for region in regions), regions[0].total
    large = [region for region in regions if region.height >= TALL * height]
    digits: list[Region] = []
    for region in large:
        partners = [digit for digit in digits if are_one_digit(digit, region)]
        digits = [digit for digit in digits if digit not in partners] + [join([region, *partners])]
    specks = []
    for piece in regions:
        if piece in large:
            continue
        near = min(digits, key=lambda digit: distance(digit, piece))
        if piece.total > SPECK * ink and distance(near, piece) <= REACH * near.size:
            digits[digits.index(near)] = join([near, piece])
        else:
            specks.append(piece)
    return sorted(digits, key=lambda digit: digit.columns.start), specks


def are_one_digit(one: Region, other: Region) -> bool:
    """Return whether two large regions are pieces of one digit, whose stroke is broken.

    The pieces lie closely above each other, or beside each other with no more than the width of a
    stroke between them.
    """
    down, right = gap(one.rows, other.rows), gap(one.columns, other.columns)
    common = -right / min(one.width, other.width)
    if common > 0.5 and -down < 0.5 * min(one.height, other.height):
        return down <= STACKED * max(one.size, other.size)
    if -down / max(one.height, other.height) > 0.9 and common > 0.9:
        return True  # one lies inside the other
    both = join([one, other])
    radius = int(np.ceil(max(NEAR * both.size, min(one.stroke, other.stroke))))
    if both.width > SLIM * both.height or max(down, right) > radius:
        return False
    around = widen(one.mask.astype(float), radius)[radius:-radius, radius:-radius] > 0
    return bool((other.mask & around).any())


def gap(one: slice, other: slice) -> int:
    """Return the pixels between two ranges; negative where they overlap."""
    return int(max(one.start, other.start) - min(one.stop, other.stop))


def distance(one: Region, other: Region) -> float:
    """Return the distance between two bounding boxes in pixels; 0 where they overlap."""
    down, right = gap(one.rows, other.rows), gap(one.columns, other.columns)
    return float(np.hypot(max(down, 0), max(right, 0)))


def _enlarged(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """Return a coarse mask, one pixel larger on each side, in another size."""
    windows = sliding_window_view(np.pad(mask, 1), (3, 3))
    return enlarge(windows.max(axis=(2, 3)).astype(float), *shape) > 0.5
