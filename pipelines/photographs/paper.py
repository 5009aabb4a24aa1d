"""Find the ink in a photograph of handwriting: what is darker than the paper around it.

The light on paper is never even. The brightness of the paper under the ink is estimated from the
paper around it, and the picture is divided by it. What remains is the share of light that each
pixel reflects, whatever shadow falls on it.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipelines.photographs.handwriting import BLANK, Image, NoDigitError, enlarge, fitted
from pipelines.photographs.regions import Box
from pipelines.photographs.sheet import find_axes, find_sheet

COARSE = 100  # pixels of the longer side of the picture in which the light is estimated
WORK = 800  # pixels of the longer side of a picture that is worked on
STROKE = 0.33  # strokes are narrower than this share of the picture's shorter side
NARROW = 0.15  # or than this share of its longer side, where a tall digit is cut out closely
FALL = 0.5  # within half a window, the light falls at most to this share
DIM = 0.1  # added to light before two are compared: ratios of dim light say little
BLACK = 0.02  # the light that black reflects; it keeps the noise of dark paper small
LEAST = 0.12  # ink takes away at least this share of the paper's light
SURE = 6.0  # and at least this many standard deviations of the noise
DARKEST = 0.0005  # this share of the pixels, the darkest, tells how dark the ink is


def box_mean(image: Image, size: int) -> Image:
    """Return the mean over the `size` x `size` pixels about each pixel, `size` odd."""
    return _local(np.pad(image, size // 2, mode="edge"), size, np.mean)


def is_light_on_dark(grey: Image) -> bool:
    """Return whether the ink is lighter than its paper, by the skewness of local differences.

    Each pixel is compared with the mean around it. Few pixels are ink, and they differ much; many
    are paper, and they differ little. So the skewness has the sign of the ink. A shadow's edge
    differs equally on both sides. The width of the strokes is not known yet, so the mean is taken
    over windows of several sizes.
    """
    skewness = 0.0
    for share in (0.1, 0.2, 0.4, 0.8):
        rest = grey - box_mean(grey, int(share * min(grey.shape)) // 2 * 2 + 1)
        spread = np.sqrt(np.square(rest).mean())
        if spread > 0:
            skewness += float((rest**3).mean() / spread**3)
    return skewness > 0


def paper_light(image: Image) -> Image:
    """Estimate how bright the paper is under dark ink by a closing: the minimum of local maxima.

    The maximum over a window wider than a stroke is that of the paper beside it; the minimum of
    those maxima puts the edges of shadows back where they were. Beyond the border, the light is
    continued as it changes inside. Where it would then fall more than light does, a stroke lies
    along the border; there only the pixels inside count.
    """
    coarse = fitted(image, COARSE)
    widest = max(STROKE * min(coarse.shape), NARROW * max(coarse.shape))
    size = max(3, int(widest) // 2 * 2 + 1)
    beyond = np.pad(coarse, size - 1, mode="reflect", reflect_type="odd")
    light = _local(_local(beyond, size, np.max), size, np.min)
    half = size // 2
    inside = np.pad(coarse, half, constant_values=-np.inf)
    inside = np.pad(_local(inside, size, np.max), half, constant_values=np.inf)
    inside = _local(inside, size, np.min)
    light = box_mean(np.where(light + DIM < FALL * (inside + DIM), inside, light), 3)
    return enlarge(light, *image.shape)


def _local(image: Image, size: int, pick: Callable[..., Image]) -> Image:
    """Return the maximum, minimum or mean of each window of ``size`` x ``size`` pixels."""
    for _ in range(2):
        image = pick(sliding_window_view(image, size, axis=0), axis=-1).T
    return image


class Ink(NamedTuple):
    """How much ink each pixel has, 0 to 1, and which part of the picture these pixels show.

    ``window`` holds the rows and the columns of that part in the picture, and ``whole`` is the
    shape of the picture.
    """

    pixels: Image
    window: Box
    whole: tuple[int, ...]
    steps: list[str]

    def box_in(self, size: tuple[int, int], box: Box) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a box of these pixels in a picture of ``size``."""
        (top, bottom), (left, right) = (
            [round((side.start + edge) * now / then) for edge in (part.start, part.stop)]
            for part, side, now, then in zip(box, self.window, size, self.whole, strict=True)
        )
        return left, top, right, bottom


def find_ink(picture: Image) -> Ink:
    """Return how much ink each pixel of a picture has, 0 to 1, and what was done in words.

    Large pictures are reduced. If the picture shows a sheet or axes, only what is on the sheet or
    in the axes is returned.

    Parameters
    ----------
    picture : ndarray of shape (height, width, channels)
        Values from 0 to 1.

    Raises
    ------
    NoDigitError
        If nothing stands out from the paper.
    """
    steps = []
    layers = [fitted(layer, min(WORK, max(layer.shape))) for layer in np.moveaxis(picture, 2, 0)]
    if max(picture.shape[:2]) > WORK:
        steps.append(f"reduced to {layers[0].shape[0]} × {layers[0].shape[1]}")
    whole = layers[0].shape
    window, found = written_part(np.mean(layers, axis=0))
    layers = [layer[window] for layer in layers]
    steps += found
    if is_light_on_dark(fitted(np.mean(layers, axis=0), min(2 * COARSE, max(layers[0].shape)))):
        layers = [1 - layer for layer in layers]
        steps.append("inverted (light ink on dark)")
    shown = darkness(layers)
    noise = 1.5 * np.median(np.abs(shown - np.median(shown)))
    ink_level = float(np.quantile(shown, 1 - DARKEST))
    if ink_level < max(LEAST, SURE * noise):
        raise NoDigitError(BLANK)
    steps.append("background removed")
    ink_level = float(shown[shown > ink_level / 2].mean())
    ink = np.clip((shown / ink_level - 0.35) / 0.4, 0, 1)
    return Ink(ink, window, whole, steps)


def written_part(grey: Image) -> tuple[Box, list[str]]:
    """Return the part of a picture that is written on, and what was found in words."""
    axes = find_axes(grey)
    if axes is not None:
        return axes, ["axes found, what is outside left out"]
    coarse = fitted(grey, min(2 * COARSE, max(grey.shape)))
    sheet = find_sheet(coarse)
    if sheet is None:
        return (slice(0, grey.shape[0]), slice(0, grey.shape[1])), []
    ratio = len(grey) / len(coarse)
    rows, columns = (
        slice(int((side.start + 2) * ratio), int((side.stop - 2) * ratio)) for side in sheet
    )
    return (rows, columns), ["sheet found on a darker ground"]


def darkness(layers: list[Image]) -> Image:
    """Return the share of the paper's light that each pixel takes away.

    Blue ink is hardly visible in blue light, so a channel in which the ink shows more counts more.
    """
    shares = [1 - (layer + BLACK) / (paper_light(layer) + BLACK) for layer in layers]
    contrast = np.array([np.quantile(share, 1 - DARKEST) for share in shares])
    return np.average(shares, axis=0, weights=np.maximum(contrast, 1e-9) ** 2)
