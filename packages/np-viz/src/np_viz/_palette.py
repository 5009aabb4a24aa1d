"""Colours and line styles that stay apart for colour-blind readers and on a grey print.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), without its yellow, which
is too pale for a line on white. Lines differ by marker and dash as well as by colour. Small text
needs a contrast of 4.5 (WCAG 2.1): vermilion has 3.9 on white, the dark one 5.2.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
DARK_VERMILION = "#B34F00"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1, 1.6), (6, 2, 1, 2), (3, 1.5))


def line_style(index: int) -> dict[str, Any]:
    """Return colour, marker and dash of line ``index``; the first 280 differ from each other.

    Examples
    --------
    >>> line_style(0)["color"], line_style(1)["color"]
    ('#0072B2', '#D55E00')
    """
    dashes = DASHES[index % len(DASHES)]
    colour = COLOURS[index % len(COLOURS)]
    return {
        "color": colour,
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": (0, dashes) if dashes else "-",
        "linewidth": 1.6,
        "markersize": 4.5,
        "markerfacecolor": colour,
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


def marked(y: NDArray[Any], index: int, *, markers: int = 9) -> list[int]:
    """Positions of ``y`` (n,) that carry a marker.

    About ``markers`` of them, shifted by the line's index so that lines that lie on each other stay
    visible; and every finite value between two gaps, which no line segment would show.
    """
    finite = np.isfinite(y)
    step = max(1, -(-len(y) // markers))
    regular = np.zeros(len(y), dtype=bool)
    regular[(index * max(1, step // 3)) % step :: step] = True
    padded = np.pad(finite, 1)
    alone = finite & ~padded[:-2] & ~padded[2:]
    return [int(i) for i in np.flatnonzero((regular & finite) | alone)]
