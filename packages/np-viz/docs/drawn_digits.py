"""Digits drawn from fonts, rotated and shifted: small images for the figures of the README."""

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray

SIDE = 28


def draw_digits(count: int, *, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return ``count`` images (count, 1, 28, 28) and their labels (count,)."""
    rng = np.random.default_rng(seed)
    fonts = [
        FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/{name}.ttf")
        for name in ("DejaVuSans", "DejaVuSerif-Italic", "DejaVuSansMono-Bold")
    ]
    labels = rng.integers(0, 10, count)
    images = np.zeros((count, 1, SIDE, SIDE), np.uint8)
    for image, label in zip(images, labels, strict=True):
        glyph = _glyph(fonts[rng.integers(len(fonts))], str(label))
        image[0] = _place(glyph, rng)
    return images, labels


def _glyph(font: FT2Font, digit: str) -> NDArray[np.float64]:
    font.set_size(26, 72)
    font.set_text(digit, 0.0)
    font.draw_glyphs_to_bitmap(antialiased=True)
    return np.array(font.get_image(), dtype=np.float64)


def _place(glyph: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Rotate, shear, scale and shift a glyph by bilinear sampling, and add noise."""
    turn, shear = rng.normal(0, 0.22), rng.normal(0, 0.25)
    scale = rng.uniform(0.85, 1.2)
    matrix = np.array([[np.cos(turn), -np.sin(turn) + shear], [np.sin(turn), np.cos(turn)]]) / scale
    grid = np.indices((SIDE, SIDE)).reshape(2, -1) - (SIDE - 1) / 2
    rows, columns = matrix @ (grid - rng.normal(0, 1.5, (2, 1)))
    padded = np.pad(glyph, 20)
    rows, columns = rows + (padded.shape[0] - 1) / 2, columns + (padded.shape[1] - 1) / 2
    r, c = np.floor(rows).astype(int), np.floor(columns).astype(int)
    r, c = np.clip(r, 0, padded.shape[0] - 2), np.clip(c, 0, padded.shape[1] - 2)
    v, u = np.clip(rows - r, 0, 1), np.clip(columns - c, 0, 1)
    mixed = (
        padded[r, c] * (1 - v) * (1 - u)
        + padded[r + 1, c] * v * (1 - u)
        + padded[r, c + 1] * (1 - v) * u
        + padded[r + 1, c + 1] * v * u
    ).reshape(SIDE, SIDE)
    noisy: NDArray[np.float64] = mixed + rng.normal(0, 12, mixed.shape)
    return noisy.clip(0, 255).astype(np.uint8)
