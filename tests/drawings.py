"""Draw digits and photographs of them for the tests."""

import io

import numpy as np
from PIL import Image, ImageDraw

STROKES = {
    "7": [(10, 10), (60, 10), (30, 90)],
    "4": [(40, 10), (10, 60), (65, 60), (50, 60), (50, 30), (48, 95)],
    "2": [(10, 30), (25, 10), (50, 15), (55, 35), (10, 90), (60, 88)],
    "0": [(35, 10), (10, 30), (10, 70), (35, 90), (60, 70), (60, 30), (35, 10)],
}


def drawn(name: str, *, width: float = 9, size: int = 300, at: tuple[int, int] = (150, 100)):
    """Draw the strokes of a digit as ink from 0 to 1, 400 x 600 pixels."""
    image = Image.new("L", (1200, 800), 0)
    scale = 2 * size / 100
    points = [(2 * at[0] + x * scale, 2 * at[1] + y * scale) for x, y in STROKES[name]]
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=255, width=round(width * scale), joint="curve")
    for x, y in points:
        r = width * scale / 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(image.reduce(2), np.float64) / 255


def photographed(ink: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Put ink on paper and take its picture: (h, w, 3), 0 to 1."""
    height, width = ink.shape
    y, x = np.mgrid[:height, :width]
    sheet, colour, noise = np.array([0.95, 0.93, 0.87]), np.array([0.15, 0.15, 0.2]), 0.01
    light = np.ones(ink.shape)
    lines = np.ones(ink.shape)
    if kind == "blue ink":
        colour = np.array([0.1, 0.2, 0.7])
    elif kind == "orange ink":
        colour = np.array([0.9, 0.5, 0.1])
    elif kind == "board":
        sheet, colour = np.full(3, 0.15), np.full(3, 0.9)
        light = 0.6 + 0.4 * x / width
    elif kind == "gradient":
        light = 0.35 + 0.65 * (x + y) / (width + height)
    elif kind == "shadow":
        light = 1 - 0.5 / (1 + np.exp((x - 0.6 * y - 120) / 12))
    elif kind == "noise":
        noise = 0.05
    elif kind in ("lined", "squared"):
        lines = np.where((y + 0.03 * x) % 45 < 2, 0.75, 1.0)
        if kind == "squared":
            lines = np.where((x - 0.03 * y) % 45 < 2, 0.75, lines)
        light = 0.6 + 0.4 * y / height
    ink = ink[..., np.newaxis]
    picture = sheet * lines[..., np.newaxis] * (1 - ink) + colour * ink
    if kind == "table":
        frame = np.ones(picture.shape[:2], bool)
        frame[15:-20, 30:-60] = False
        picture[frame] = [0.2, 0.15, 0.1]
    picture = picture * light[..., np.newaxis] + rng.normal(0, noise, (height, width, 3))
    picture = np.clip(picture, 0, 1)
    if kind == "jpeg":
        file = io.BytesIO()
        Image.fromarray((picture * 255).astype(np.uint8)).save(file, "JPEG", quality=25)
        picture = np.asarray(Image.open(file), np.float64) / 255
    return picture


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of ink that two digits have in common, at most a pixel apart."""
    return max(
        float(np.minimum(first, moved).sum() / np.maximum(first, moved).sum())
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        for moved in [np.roll(second, (down, right), axis=(0, 1))]
    )


KINDS = (
    *("plain", "gradient", "shadow", "noise", "lined", "squared"),
    *("blue ink", "orange ink", "board", "table", "jpeg"),
)
