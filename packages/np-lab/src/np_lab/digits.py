"""Small images of digits, drawn by code, so that a network can be trained without a download."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SIZE = 12
_FONT = """
01110 00100 01110 11111 00010 11111 00110 11111 01110 01110
10001 01100 10001 00010 00110 10000 01000 00001 10001 10001
10011 00100 00001 00100 01010 11110 10000 00010 10001 10001
10101 00100 00010 00010 10010 00001 11110 00100 01110 01111
11001 00100 00100 00001 11111 00001 10001 01000 10001 00001
10001 00100 01000 10001 00010 10001 10001 01000 10001 00010
01110 01110 11111 01110 00010 01110 01110 01000 01110 01100
"""
_ROWS = [line.split() for line in _FONT.split("\n") if line]
GLYPHS = np.array([[[int(c) for c in row[digit]] for row in _ROWS] for digit in range(10)], float)


def digits(n: int, *, seed: int, noise: float = 0.2, shift: int = 2) -> tuple[Array, Array]:
    """Return images (n, 12, 12) with values near [0, 1], and their labels (n,).

    Each digit of 7 × 5 pixels stands near the middle, moved by up to ``shift`` pixels, with a
    random brightness and normal noise.

    Examples
    --------
    >>> images, labels = digits(100, seed=0)
    >>> images.shape, labels[:5]
    ((100, 12, 12), array([8, 6, 5, 2, 3]))
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=n)
    images = rng.normal(scale=noise, size=(n, SIZE, SIZE))
    for image, label in zip(images, labels, strict=True):
        row, column = 2 + rng.integers(-shift, shift + 1), 3 + rng.integers(-shift, shift + 1)
        image[row : row + 7, column : column + 5] += rng.uniform(0.6, 1.0) * GLYPHS[label]
    return images, labels


def show(image: Array) -> str:
    """Return an image as text: five shades from dark to bright."""
    shades = np.clip(image * 4, 0, 4).round().astype(int)
    return "\n".join("".join(" .+#@"[shade] * 2 for shade in row) for row in shades)
