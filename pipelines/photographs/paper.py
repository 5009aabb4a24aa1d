"""From a photograph of handwriting to the ink alone: what is darker than the paper around it.

Paper is never evenly lit. Its brightness is estimated where it is written on from what lies about,
and the picture is divided by it: that leaves the share of light that each pixel reflects, whatever
shadow falls on it. Then the strongest connected ink is the digit. Printed lines, being paler than a
pen, and what runs into the picture from its border, such as the table under the sheet, are left
out.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipelines.photographs.handwriting import Image, NoDigitError, enlarge, fitted
from pipelines.photographs.regions import find_sheet

COARSE = 100  # pixels of the longer side of the picture in which the paper's light is estimated
WORK = 800  # pixels of the longer side of a picture that is worked on
STROKE = 0.33  # strokes are narrower than this share of the picture's shorter side
NARROW = 0.15  # or than this share of its longer side, where a tall digit is cut out closely
BLACK = 0.02  # light that even black sends back; keeps the noise of dark paper small
LEAST = 0.12  # ink takes at least this share of the light away from the paper
SURE = 6.0  # and at least this many standard deviations of the noise
DARKEST = 0.0005  # the share of the pixels that tells how dark the ink is


def box_mean(image: Image, size: int) -> Image:
    """Return the mean over the `size` x `size` pixels about each pixel, `size` odd."""
    padded = np.pad(image, size // 2, mode="edge")
    for _ in range(2):
        padded = sliding_window_view(padded, size, axis=0).mean(axis=-1).T
    return padded


def is_light_on_dark(grey: Image) -> bool:
    """Say whether the ink is lighter than its paper, by the skewness of what is not smooth.

    Strokes are few and far from the mean about them, paper is much and near to it. A shadow's edge
    has as much on either side. The mean is taken over windows of several sizes, as nobody knows yet
    how wide the strokes are.
    """
    skewness = 0.0
    for share in (0.1, 0.2, 0.4, 0.8):
        rest = grey - box_mean(grey, int(share * min(grey.shape)) // 2 * 2 + 1)
        spread = np.sqrt(np.square(rest).mean())
        if spread > 0:
            skewness += float((rest**3).mean() / spread**3)
    return skewness > 0


def paper_light(image: Image) -> Image:
    """Estimate how bright the paper is under dark ink: a closing, the minimum of local maxima.

    The maximum over a window wider than a stroke is that of the paper beside it; the minimum of
    those maxima puts the edges of shadows back where they were. Beyond the border the light is
    taken to go on as it does before it.
    """
    coarse = fitted(image, COARSE)
    widest = max(STROKE * min(coarse.shape), NARROW * max(coarse.shape))
    size = max(3, int(widest) // 2 * 2 + 1)
    light = np.pad(coarse, size - 1, mode="reflect", reflect_type="odd")
    for pick in (np.max, np.min):
        for _ in range(2):
            light = pick(sliding_window_view(light, size, axis=0), axis=-1).T
    light = box_mean(light, 3)
    return enlarge(light, *image.shape)


def find_ink(picture: Image) -> tuple[Image, list[str]]:
    """Return how much ink each pixel of a picture has, 0 to 1, and what was done in words.

    Parameters
    ----------
    picture
        Shape (height, width, channels), 0 to 1. Large pictures come back smaller.

    Raises
    ------
    NoDigitError
        Where nothing stands out from the paper.
    """
    steps = []
    layers = [fitted(layer, min(WORK, max(layer.shape))) for layer in np.moveaxis(picture, 2, 0)]
    if max(picture.shape[:2]) > WORK:
        steps.append(f"reduced to {layers[0].shape[0]} × {layers[0].shape[1]}")
    grey = fitted(np.mean(layers, axis=0), min(2 * COARSE, max(layers[0].shape)))
    sheet = find_sheet(grey)
    if sheet is not None:
        ratio = len(layers[0]) / len(grey)
        inner = tuple(
            slice(int((side.start + 2) * ratio), int((side.stop - 2) * ratio)) for side in sheet
        )
        layers = [layer[inner] for layer in layers]
        grey = grey[sheet]
        steps.append("sheet found on a darker ground")
    if is_light_on_dark(grey):
        layers = [1 - layer for layer in layers]
        steps.append("inverted (light ink on dark)")
    lights = [paper_light(layer) for layer in layers]
    darkness = [
        1 - (layer + BLACK) / (light + BLACK) for layer, light in zip(layers, lights, strict=True)
    ]
    # Blue ink is hardly seen in blue light: each channel counts by how much the ink shows in it.
    contrast = np.array([np.quantile(layer, 1 - DARKEST) for layer in darkness])
    shown = np.average(darkness, axis=0, weights=np.maximum(contrast, 1e-9) ** 2)
    noise = 1.5 * np.median(np.abs(shown - np.median(shown)))
    ink_level = float(np.quantile(shown, 1 - DARKEST))
    if ink_level < max(LEAST, SURE * noise):
        raise NoDigitError("no handwriting stands out from the paper; is the picture blank?")
    steps.append("background removed")
    ink = np.clip((shown / ink_level - 0.35) / 0.4, 0, 1)
    return ink, steps
