"""Find the digits in the ink of a picture, and leave out printed lines, ground and specks."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipelines.photographs.grouping import group
from pipelines.photographs.handwriting import (
    BLANK,
    Image,
    NoDigitError,
    enlarge,
    fitted,
)
from pipelines.photographs.regions import (
    Box,
    Mask,
    Region,
    border_of,
    bounding_box,
    find_regions,
)

COARSE = 320  # pixels of the longer side of the reduced picture in which regions are found
MARKED = 0.15  # pixels with more than this share of the darkest ink belong to a region
LINE = 0.03  # a printed line is thinner than this share of its length
STRAIGHT = 0.6  # and at least this share of it lies in straight lines through the picture
THICK = 0.15  # the ground is thicker than this share of its length; strokes are thinner
GROUND = 0.2  # and covers at least this share of the picture's border
WHOLE_SIDE = 0.8  # or it covers at least this share of a side, and is straight
MIN_SHARE = 0.2  # the digits together hold at least this share of all ink
CUT = 0.8  # writing cut off by the border is smaller than this share of the largest whole region
WIDE = 1.6  # a digit is at most this wide for its height; 99.8 % of MNIST's are

ROWS = "the picture shows more than one row of digits; crop it to one row"
TOUCH = "the picture shows something too wide for one digit; leave space between digits"


class DigitInk(NamedTuple):
    """The picture with the ink of one digit alone, and its bounding box."""

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
        If the picture shows no handwriting.
    """
    ground = [region for region in regions if is_ground(region)]
    rest = [region for region in regions if region not in ground]
    lines = [region for region in rest if is_line(region)]
    written = [region for region in rest if region not in lines]
    if ink_of(written) < MIN_SHARE * ink_of(rest):  # one upright line may be a 1
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


def _enlarged(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """Return a coarse mask, one pixel larger on each side, in another size."""
    windows = sliding_window_view(np.pad(mask, 1), (3, 3))
    return enlarge(windows.max(axis=(2, 3)).astype(float), *shape) > 0.5
