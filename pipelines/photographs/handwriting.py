"""Turn the ink of a digit into a picture like MNIST's: 28 x 28, with its size, strokes and place.

LeCun and others scaled each digit to fit into 20 x 20 pixels, kept its shape, and put its centre of
mass into the middle of 28 x 28. A network trained on MNIST knows only such digits, so a drawing is
prepared in the same way. Its strokes are made as wide as MNIST's too: those of a fine pen on a
large sheet would become thin and grey. pipelines/stages/templates/digit.js does the same in a
browser, step by step, and tests/browser compares both.
"""

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float64]

SIDE = 28  # pixels of a prepared digit
BOX = 20  # pixels of its longer side
CENTRE = 14  # row and column of its centre of mass: the mean over MNIST is 14.0
WORK = 100  # pixels of the longer side while strokes are measured and widened
THIN, THICK = 1.9, 4.0  # stroke widths; 14 % of MNIST's test digits are thinner, 3 % are wider
FAINT = 0.2  # ink below this share of the darkest is cropped
BLANK = "no handwriting stands out from the paper; is the picture blank?"


class NoDigitError(ValueError):
    """The picture shows no digit that can be read."""


def resample(image: Image, height: int, width: int) -> Image:
    """Return `image` with another size; each new pixel is the mean of the area that it covers.

    The integral of a row is linear between the edges of its pixels, so the mean over any stretch is
    a difference of two of its values.

    Examples
    --------
    >>> resample(np.array([[0.0, 3.0, 6.0]]), 1, 2)
    array([[1., 5.]])
    """
    for size in (height, width):
        edges = np.linspace(0, len(image), size + 1)
        integral = np.concatenate([np.zeros((1, image.shape[1])), np.cumsum(image, axis=0)])
        below = np.minimum(edges.astype(int), len(image) - 1)
        part = (edges - below)[:, np.newaxis]
        at_edges = integral[below] + part * (integral[below + 1] - integral[below])
        image = (np.diff(at_edges, axis=0) * (size / len(image))).T
    return image


def enlarge(image: Image, height: int, width: int) -> Image:
    """Return `image` with another size, linear between the centres of its pixels."""
    for size in (height, width):
        at = np.clip((np.arange(size) + 0.5) * len(image) / size - 0.5, 0, len(image) - 1)
        below = np.minimum(at.astype(int), max(len(image) - 2, 0))
        above = np.minimum(below + 1, len(image) - 1)
        part = (at - below)[:, np.newaxis]
        image = ((1 - part) * image[below] + part * image[above]).T
    return image


def stroke_width(ink: Image) -> float:
    """Estimate how wide the strokes are, in pixels: twice their area over their outline's length.

    A stroke of length L and width w has the area Lw and an outline of 2L. The outline is the total
    variation ∑|∇ink|, so grey edges count by their share.

    Examples
    --------
    >>> bar = np.zeros((30, 30))
    >>> bar[:, 10:14] = 1
    >>> round(stroke_width(bar), 1)
    3.8
    """
    padded = np.pad(ink, 1)
    down = padded[1:, :-1] - padded[:-1, :-1]
    right = padded[:-1, 1:] - padded[:-1, :-1]
    return float(2 * ink.sum() / np.hypot(down, right).sum())


def widen(ink: Image, radius: int) -> Image:
    """Return the largest ink within `radius` pixels, `radius` pixels larger on each side.

    A negative radius takes the smallest ink instead, which narrows strokes.
    """
    size = abs(radius)
    source = np.pad(ink, 2 * size) if radius > 0 else np.pad(ink, size)
    pick = np.maximum if radius > 0 else np.minimum
    result = source[size : source.shape[0] - size, size : source.shape[1] - size].copy()
    rows, columns = result.shape
    for down in range(-size, size + 1):
        for right in range(-size, size + 1):
            if down * down + right * right <= radius * radius:
                moved = source[
                    size + down : size + down + rows, size + right : size + right + columns
                ]
                pick(result, moved, out=result)
    return result


def crop(ink: Image) -> tuple[slice, slice]:
    """Return the rows and columns that hold all ink but the faintest.

    Raises
    ------
    NoDigitError
        If the picture has no ink.
    """
    marked = ink > FAINT * ink.max(initial=0)
    if not marked.any():
        raise NoDigitError("there is no ink in the picture")
    rows, columns = (np.flatnonzero(marked.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def fitted(ink: Image, side: int) -> Image:
    """Return `ink` with `side` pixels on its longer side, its shape kept."""
    longer = max(ink.shape)
    height, width = (max(1, int(size * side / longer + 0.5)) for size in ink.shape)
    return resample(ink, height, width)


def prepare_digit(ink: Image) -> tuple[NDArray[np.uint8], list[str]]:
    """Return a digit prepared like MNIST's, and what was done to it in words.

    Parameters
    ----------
    ink
        How much ink each pixel has, 0 to 1, shape (height, width).

    Returns
    -------
    digit
        Shape (28, 28), bright ink on black.
    steps
        One phrase for each step.

    Raises
    ------
    NoDigitError
        If the picture has no ink.
    """
    rows, columns = crop(ink)
    steps = [
        f"cropped to rows {rows.start}–{rows.stop - 1}, columns {columns.start}–{columns.stop - 1}"
    ]
    ink = fitted(ink[rows, columns], WORK)
    ink = np.minimum(1, ink / ink[ink > ink.max() / 2].mean())
    width = stroke_width(ink) * BOX / WORK
    wanted = min(max(width, THIN), THICK)
    # Widening by r makes the whole digit larger, so (w + 2r) / (WORK + 2r) must be wanted / BOX.
    radius = int(np.floor((wanted - width) * WORK / (2 * (BOX - wanted)) + 0.5))
    if radius:
        wider = widen(ink, radius)
        ink = wider[crop(wider)]
        steps.append(f"strokes {'widened' if radius > 0 else 'narrowed'} from {width:.1f} pixels")
    small = fitted(ink, BOX)
    height, breadth = small.shape
    steps.append(f"scaled to {height} × {breadth} pixels")
    top = int(CENTRE - np.average(np.arange(height), weights=small.sum(axis=1)) + 0.5)
    left = int(CENTRE - np.average(np.arange(breadth), weights=small.sum(axis=0)) + 0.5)
    top, left = min(max(top, 0), SIDE - height), min(max(left, 0), SIDE - breadth)
    digit = np.zeros((SIDE, SIDE))
    digit[top : top + height, left : left + breadth] = small
    steps.append(f"centred by mass in {SIDE} × {SIDE}")
    return (digit * 255 + 0.5).astype(np.uint8), steps
