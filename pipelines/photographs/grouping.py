"""Join regions of ink into digits: a digit may be written in several strokes, or be broken."""

import numpy as np

from pipelines.photographs.handwriting import widen
from pipelines.photographs.regions import Region, join

TALL = 0.5  # a digit is at least this high, as a share of the largest
SPECK = 0.03  # a piece of a digit has at least this share of the ink of the largest digit
REACH = 0.35  # a piece is at most this far from its digit, as a share of the digit's longer side
STACKED = 0.2  # pieces above each other with at most this gap are one digit, not two rows
NEAR = 0.06  # pieces beside each other with at most this gap are one digit
SLIM = 1.2  # but only if both together are at most this wide for their height


def group(regions: list[Region]) -> tuple[list[Region], list[Region]]:
    """Return the digits from left to right, each with its pieces, and the specks that remain."""
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
