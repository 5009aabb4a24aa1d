"""The look of axes that are made here: colours, sizes and numbers of the ticks.

Everything is set on the axes themselves, so that no style sheet in force changes it.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.ticker import ScalarFormatter

from np_viz._text import FAMILY, legible, shorten, spell

DPI = 100.0
INK, MUTED, FAINT = "#1a1a1a", "#555555", "#dddddd"
TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 11.0, 9.5, 8.5
LONGEST_NAME = 2.4  # inches of the name of an axis
PAGE = 8.0  # inches: the width that a page shows at full size


def house(ax: Axes) -> Axes:
    """Give ``ax`` the package's look, in place, independent of the style sheet in force."""
    ax.set_facecolor("white")
    for side, spine in ax.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=MUTED, linewidth=0.8)
    ax.tick_params(
        which="both",
        direction="out",
        length=3.0,
        width=0.8,
        pad=3.0,
        color=MUTED,
        labelcolor=INK,
        labelsize=TICK_SIZE,
        labelfontfamily=FAMILY,
        top=False,
        right=False,
        bottom=True,
        left=True,
    )
    ax.minorticks_off()
    ax.grid(visible=True, which="major", color=FAINT, linewidth=0.7, linestyle="-", alpha=1.0)
    ax.set_axisbelow(True)
    ax.margins(0.05)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(plain_numbers())
        axis.get_offset_text().set(fontfamily=FAMILY, fontsize=TICK_SIZE, color=INK)
    return ax


def plain_numbers() -> ScalarFormatter:
    """Return a formatter of tick numbers that ignores locale and rcParams."""
    formatter = ScalarFormatter(useOffset=False, useMathText=False, useLocale=False)
    formatter.set_powerlimits((-4, 6))
    return formatter


def name_axes(ax: Axes, x: str, y: str) -> None:
    """Write the names of both axes."""
    for name, write in ((x, ax.set_xlabel), (y, ax.set_ylabel)):
        text = shorten(legible(name), LONGEST_NAME, LABEL_SIZE)
        spell(write("", labelpad=4.0), text, size=LABEL_SIZE, colour=INK)


def shade_bar(image: AxesImage, ax: Axes, name: str) -> None:
    """Draw the scale of the shades to the right of ``ax``."""
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.03).ax
    house(bar).grid(visible=False)
    bar.tick_params(left=False, right=True)
    bar.spines[["left", "bottom"]].set_visible(False)
    name_axes(bar, "", name)


def ink_on(image: AxesImage, value: float) -> str:
    """Colour of a text on the shade of ``value``: white where its contrast is enough, or black.

    Contrast is ``(L1 + 0.05) / (L2 + 0.05)`` of the relative luminances ``L``; small text needs 4.5
    (WCAG 2.1), and one of the two always has it.
    """
    shade = luminance(image.to_rgba(np.array([value]))[0])
    return "white" if 1.05 / (shade + 0.05) >= 4.5 else "black"


def luminance(rgb: Sequence[float]) -> float:
    """Relative luminance of a colour with components from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
