"""Colors and line styles for color-blind readers and for gray prints.

The colors are those of Okabe and Ito, "Color Universal Design" (2008), without the yellow, which is
too pale for a line on white. Lines differ by marker and dash as well as by color. Small text needs
a contrast of 4.5 (WCAG 2.1): vermilion has 3.9 on white, dark vermilion 5.2.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage

INK, MUTED, FAINT = "#1a1a1a", "#555555", "#dddddd"
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
DARK_VERMILION = "#B34F00"
COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1, 1.6), (6, 2, 1, 2), (3, 1.5))


def line_style(index: int, color: str | None = None) -> dict[str, Any]:
    """Return color, marker and dash of line ``index``; the first 280 differ from each other.

    Examples
    --------
    >>> line_style(0)["color"], line_style(1)["color"]
    ('#0072B2', '#D55E00')
    """
    dashes = DASHES[index % len(DASHES)]
    color = color or COLORS[index % len(COLORS)]
    return {
        "color": color,
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": (0, dashes) if dashes else "-",
        "linewidth": 1.6,
        "markersize": 4.5,
        "markerfacecolor": color,
        "markeredgecolor": "white",
        "markeredgewidth": 0.5,
        "fillstyle": "full",
        "alpha": 1.0,
        "antialiased": True,
        "dash_capstyle": "butt",
        "solid_capstyle": "round",
        "dash_joinstyle": "round",
        "solid_joinstyle": "round",
        "drawstyle": "default",
    }


def ordered_colors(count: int) -> list[str]:
    """Return ``count`` colors from dark blue to orange, for lines whose order has a meaning."""
    return [to_hex(color) for color in colormaps["plasma"](np.linspace(0.0, 0.8, count))]


def text_color_on(image: AxesImage, value: float) -> str:
    """Color of a text on the shade of ``value``: white if its contrast is enough, else black.

    The contrast is ``(L1 + 0.05) / (L2 + 0.05)`` with the relative luminances ``L``. Small text
    needs 4.5 (WCAG 2.1), which white or black always has.
    """
    shade = _luminance(image.to_rgba(np.array([value]))[0])
    return "white" if 1.05 / (shade + 0.05) >= 4.5 else "black"


def _luminance(rgb: Sequence[float]) -> float:
    """Relative luminance of a color with components from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
