"""Style of figures: colors, lines, sizes, ticks, labels, texts and ranges of values.

Everything is set on the artists themselves, so the Matplotlib style in use does not change it. The
colors are those of Okabe and Ito, "Color Universal Design" (2008), without the yellow, which is too
pale for a line on white. Lines differ by marker and dash as well as by color. Small text needs a
contrast of 4.5 (WCAG 2.1): vermilion has 3.9 on white, dark vermilion 5.2.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.ticker import ScalarFormatter
from numpy.typing import NDArray

from np_viz._text import FAMILY, set_text, shorten

DPI = 100.0
TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 11.0, 9.5, 8.5  # points
LONGEST_LABEL = 2.4  # inches of the label of an axis
PAGE_WIDTH = 8.0  # inches that a page shows at full size

INK, MUTED, FAINT = "#1a1a1a", "#555555", "#dddddd"
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
DARK_VERMILION = "#B34F00"
COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1, 1.6), (6, 2, 1, 2), (3, 1.5))
DASHED: dict[str, Any] = {
    "color": MUTED,
    "linewidth": 1.0,
    "linestyle": (0, (4, 3)),
    "marker": "None",
}


def apply_style(ax: Axes) -> Axes:
    """Give ``ax`` the style of this package, in place, independent of the Matplotlib style."""
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
        formatter = ScalarFormatter(useOffset=False, useMathText=False, useLocale=False)
        formatter.set_powerlimits((-4, 6))
        axis.set_major_formatter(formatter)
        axis.get_offset_text().set(fontfamily=FAMILY, fontsize=TICK_SIZE, color=INK)
    return ax


def label_axes(ax: Axes, x: str, y: str) -> None:
    """Write the labels of both axes."""
    for label, set_label in ((x, ax.set_xlabel), (y, ax.set_ylabel)):
        text = shorten(label, LONGEST_LABEL, LABEL_SIZE)
        set_text(set_label("", labelpad=4.0), text, size=LABEL_SIZE, color=INK)


def write(
    ax: Axes, x: float, y: float, text: str, *, size: float, color: str, va: str = "center"
) -> None:
    """Write a text at ``(x, y)``, centered from left to right."""
    set_text(ax.text(x, y, "", ha="center", va=va), text, size=size, color=color)


def write_nothing_to_draw(ax: Axes) -> None:
    """Write "nothing to draw" in the middle of ``ax``."""
    artist = ax.text(0.5, 0.5, "", ha="center", va="center", transform=ax.transAxes)
    set_text(artist, "nothing to draw", size=TICK_SIZE, color=MUTED)


def name_ticks(axis: Axis, names: Sequence[str], *, step: int = 1, size: float = TICK_SIZE) -> None:
    """Write every ``step``-th name at its position on the axis, without tick marks."""
    places = list(range(0, len(names), step))
    axis.set_ticks(places, labels=names[::step])
    axis.set_tick_params(length=0)
    for label, name in zip(axis.get_ticklabels(), names[::step], strict=True):
        set_text(label, name, size=size, color=INK)


def draw_shades(ax: Axes, values: NDArray[np.float64], **options: Any) -> AxesImage:
    """Draw a table as cells that are a darker blue for higher values and white for NaN."""
    ax.grid(visible=False)
    blues = colormaps["Blues"].with_extremes(bad="white")
    return ax.imshow(values, cmap=blues, interpolation="none", origin="upper", **options)


def widened_range(values: NDArray[np.float64], *, share: bool = True) -> tuple[float, float]:
    """Return the range of values, widened if it is so narrow that noise would look large.

    Values that are a ``share``, such as an accuracy, get a range as wide as the distance from
    their middle to the nearer of 0 and 1: accuracies around 0.1 get 0.05 to 0.15, those around 0.99
    get 0.985 to 0.995. Other values get a range of at least 5 % of their size.

    Examples
    --------
    >>> widened_range(np.array([0.49, 0.51]))
    (0.25, 0.75)
    """
    low, high = float(values.min()), float(values.max())
    middle = low / 2 + high / 2
    share = share and low >= 0.0 and high <= 1.0
    minimum = min(middle, 1.0 - middle) if share else 0.05 * max(-low, high)
    if high - low >= minimum:
        return low, high
    return middle - minimum / 2, middle + minimum / 2


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
        "solid_capstyle": "round",
    }


def ordered_colors(count: int) -> list[str]:
    """Return ``count`` colors from dark blue to orange, for lines whose order has a meaning."""
    return [to_hex(color) for color in colormaps["plasma"](np.linspace(0.0, 0.8, count))]


def text_color_on(image: AxesImage, value: float) -> str:
    """Return the text color on the shade of ``value``: white if its contrast is enough, else black.

    The contrast is ``(L1 + 0.05) / (L2 + 0.05)`` with the relative luminances ``L``. Small text
    needs 4.5 (WCAG 2.1), which white or black always has.
    """
    [[*rgb, _]] = image.to_rgba(np.array([value])).tolist()
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    luminance = np.dot(linear, [0.2126, 0.7152, 0.0722])
    return "white" if 1.05 / (luminance + 0.05) >= 4.5 else "black"
