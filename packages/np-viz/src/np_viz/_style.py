"""Style of the axes that this package makes: sizes, ticks, labels and honest ranges.

Everything is set on the axes themselves, so the Matplotlib style in use does not change it.
"""

from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.ticker import ScalarFormatter

from np_viz._colors import FAINT, INK, MUTED
from np_viz._text import FAMILY, printable, set_text, shorten

DPI = 100.0
TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 11.0, 9.5, 8.5  # points
LONGEST_LABEL = 2.4  # inches of the label of an axis
PAGE_WIDTH = 8.0  # inches that a page shows at full size


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
        axis.set_major_formatter(_plain_numbers())
        axis.get_offset_text().set(fontfamily=FAMILY, fontsize=TICK_SIZE, color=INK)
    return ax


def _plain_numbers() -> ScalarFormatter:
    """Return a formatter of tick numbers that ignores locale and rcParams."""
    formatter = ScalarFormatter(useOffset=False, useMathText=False, useLocale=False)
    formatter.set_powerlimits((-4, 6))
    return formatter


def label_axes(ax: Axes, x: str, y: str) -> None:
    """Write the labels of both axes."""
    for label, write in ((x, ax.set_xlabel), (y, ax.set_ylabel)):
        text = shorten(printable(label), LONGEST_LABEL, LABEL_SIZE)
        set_text(write("", labelpad=4.0), text, size=LABEL_SIZE, color=INK)


def add_color_bar(image: AxesImage, ax: Axes, label: str) -> None:
    """Draw the color scale of ``image`` to the right of ``ax``."""
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.03).ax
    apply_style(bar).grid(visible=False)
    bar.tick_params(left=False, right=True)
    bar.spines[["left", "bottom"]].set_visible(False)
    label_axes(bar, "", label)


def honest_range(low: float, high: float, *, share: bool) -> tuple[float, float]:
    """Widen a range that is so narrow that noise would look like a difference.

    Values that are a ``share``, such as an accuracy, get a range as wide as the distance from
    their middle to the nearer of 0 and 1: accuracies around 0.1 get 0.05 to 0.15, those around 0.99
    get 0.985 to 0.995. Other values get a range of at least 5 % of their size.

    Examples
    --------
    >>> honest_range(0.49, 0.51, share=True)
    (0.25, 0.75)
    """
    middle = low / 2 + high / 2
    minimum = min(middle, 1.0 - middle) if share else 0.05 * max(-low, high)
    if high - low >= minimum:
        return low, high
    return middle - minimum / 2, middle + minimum / 2
