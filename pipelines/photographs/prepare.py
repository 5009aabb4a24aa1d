"""Prepare a picture for a network: each digit in it, the whole picture, or the picture as it is."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.photographs.digits import find_digits
from pipelines.photographs.handwriting import CENTRE, SIDE, Image, prepare_digit, resample
from pipelines.photographs.paper import find_ink
from pipelines.photographs.pictures import Picture, PictureError
from pipelines.photographs.regions import border_of, bounding_box

How = Literal["digit", "whole", "none"]
SIZES = range(18, 22)  # pixels of the longer side of MNIST's digits
OFF_CENTRE = 1.0  # at most this many pixels from the middle to the centre of mass


class Prepared(NamedTuple):
    """A picture prepared for a network, its place in the file's picture, and how it was prepared.

    ``box`` holds left, top, right and bottom in pixels of the file's picture.
    """

    digit: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    steps: list[str]


def prepare(picture: Picture, how: How) -> tuple[list[Prepared], list[str]]:
    """Return a network's inputs for one picture, and what was done in words.

    Parameters
    ----------
    picture : Picture
    how : {"digit", "whole", "none"}
        ``"digit"`` finds the digits, from left to right; a picture like MNIST's is taken as it is.
        ``"whole"`` scales the whole picture to 28 x 28. ``"none"`` takes it as it is.

    Raises
    ------
    NoDigitError
        If ``how`` is ``"digit"`` and the picture shows none, or digits that cannot be told apart.
    PictureError
        If ``how`` is ``"none"`` and the picture is not 28 x 28.
    """
    grey = picture.pixels.mean(axis=2)
    if how == "digit" and not is_like_mnist(grey):
        return _prepare_digits(picture)
    if how == "whole" and grey.shape != (SIDE, SIDE):
        grey, steps = _scale_whole(grey)
    else:
        steps = ["taken as it is"]
    if grey.shape != (SIDE, SIDE):
        raise PictureError(f"as it is it must have {SIDE} × {SIDE} pixels, got {picture.what}")
    height, width = picture.size
    digit = (np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8)
    return [Prepared(digit, (0, 0, width, height), [])], steps


def is_like_mnist(grey: Image) -> bool:
    """Return whether a picture is 28 x 28 with a digit in the size and the place of MNIST's."""
    if grey.shape != (SIDE, SIDE) or not grey.any():
        return False
    rows, columns = bounding_box(grey > 0)
    middle = [np.average(np.arange(SIDE), weights=grey.sum(axis=axis)) for axis in (1, 0)]
    return max(rows.stop - rows.start, columns.stop - columns.start) in SIZES and all(
        abs(mass - CENTRE) <= OFF_CENTRE for mass in middle
    )


def _prepare_digits(picture: Picture) -> tuple[list[Prepared], list[str]]:
    ink = find_ink(picture.pixels)
    digits, remarks = find_digits(ink.pixels)
    prepared = []
    for digit in digits:
        image, steps = prepare_digit(digit.ink)
        prepared.append(Prepared(image, ink.box_in(picture.size, digit.box), steps))
    count = [f"{len(digits)} digits found"] if len(digits) > 1 else []
    return prepared, [*ink.steps, *remarks, *count]


def _scale_whole(grey: Image) -> tuple[Image, list[str]]:
    """Return a picture in the middle of a square of 28 x 28, bright on dark."""
    border = float(np.median(border_of(grey)))
    longer = max(grey.shape)
    square = np.full((longer, longer), border)
    top, left = ((longer - size) // 2 for size in grey.shape)
    square[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    scaled = resample(square, SIDE, SIDE)
    steps = [f"scaled as a whole to {SIDE} × {SIDE}"]
    if border > 0.5:
        return 1 - scaled, [*steps, "inverted (bright border)"]
    return scaled, steps
