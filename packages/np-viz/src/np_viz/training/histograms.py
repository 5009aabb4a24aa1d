"""Histograms of the activations and gradients of each layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_count, check_mapping, check_numbers
from np_viz._style import BLUE, GREEN, INK, TICK_SIZE, label_axes, write_nothing_to_draw
from np_viz._text import set_text, shorten

WIDTH, HEIGHT, HEAD = 3.0, 2.3, 2.3  # inches: panel, and width of the text above it
MOST_COLUMNS = 3


def activation_histograms(
    activations: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw a histogram of the activations of each layer.

    Below the name of the layer stand the mean, the standard deviation and the share of exact zeros.
    A ReLU layer with almost 100 % zeros is dead; a sigmoid layer with values at both ends is
    saturated. Every panel has its own range.

    Parameters
    ----------
    activations : mapping of str to array of any shape
        Activations by layer name, drawn in this order.
    bins : int
        Number of bars.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    ValueError, TypeError
        No layer; not a mapping; values that are not real numbers.

    Examples
    --------
    >>> fig = activation_histograms({"1 ReLU": [0.0, 0.0, 1.0, 2.0]})
    >>> fig.axes[0].get_title(loc="left")
    '1 ReLU\nmean 0.75, std 0.829\n50 % zero'
    """
    return _draw(activations, "activations", bins, title, ax)


def gradient_histograms(
    gradients: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw a histogram of the size of the gradients of each layer or parameter.

    The axis is ``log10 |g|`` with the same range in every panel, so gradients that vanish or
    explode from layer to layer move to the left or to the right. Below the name stand the median of
    ``|g|`` and the share of exact zeros, which have no logarithm and are not drawn.

    Parameters
    ----------
    gradients : mapping of str to array of any shape
        Gradients by name, as ``model.gradients()`` returns them, drawn in this order.
    bins, title, ax
        As in ``activation_histograms``.

    Raises
    ------
    ValueError, TypeError
        No layer; not a mapping; values that are not real numbers.

    Examples
    --------
    >>> fig = gradient_histograms({"0.weight": [0.1, -0.01, 0.001, 0.0]})
    >>> fig.axes[0].get_title(loc="left")
    '0.weight\nmedian |g| 0.0055\n25 % zero'
    """
    return _draw(gradients, "gradients", bins, title, ax, logarithmic=True)


def _draw(
    layers: Mapping[str, ArrayLike],
    name: str,
    bins: int,
    title: str | None,
    ax: AxesLike,
    *,
    logarithmic: bool = False,
) -> Figure:
    """Draw one panel for each layer: the values, or the logarithms of their sizes."""
    check_mapping(layers, name)
    check_count(bins, "bins")
    if not layers:
        raise ValueError(f"{name} must hold at least one layer, got none")
    heads, drawn = [], []
    for key, value in layers.items():
        array = check_numbers(value, f"{name}[{key!r}]").astype(np.float64).ravel()
        finite = array[np.isfinite(array)]
        summary, remarks = "no values", []
        if finite.size:
            summary = f"mean {finite.mean():.3g}, std {finite.std():.3g}"
            remarks.append(f"{100.0 * np.mean(finite == 0):.0f} % zero")
        if finite.size and logarithmic:
            summary = f"median |g| {np.median(np.abs(finite)):.3g}"
        if finite.size < array.size:
            remarks.append(f"{array.size - finite.size} not finite")
        heads.append((str(key), summary, ", ".join(remarks)))
        drawn.append(np.log10(np.abs(finite[finite != 0])) if logarithmic else finite)
    ranges = [np.concatenate(drawn)] * len(drawn) if logarithmic else drawn
    columns = min(len(layers), MOST_COLUMNS)
    size = max(4.0, columns * WIDTH), -(-len(layers) // columns) * HEIGHT + 0.4
    panels = make_panels(ax, title=title, size=size, columns=columns, count=len(layers))
    for i, (axes, head, values) in enumerate(zip(panels.axes, heads, drawn, strict=True)):
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        limits = _limits(ranges[i], bins)
        axes.set(xlim=limits, ylim=(0.0, 1.0))
        if values.size:
            counts, edges = np.histogram(values, bins=bins, range=limits)
            axes.stairs(
                counts / values.size, edges, fill=True, color=GREEN if logarithmic else BLUE
            )
            axes.set_ylim(0.0, 1.05 * counts.max() / values.size)
        else:
            write_nothing_to_draw(axes)
        text = "\n".join(shorten(line, HEAD, TICK_SIZE) for line in head)
        set_text(axes.set_title("", loc="left", pad=5.0), text, size=TICK_SIZE, color=INK)
        quantity = "log10 |g|" if logarithmic else "activation"
        label_axes(axes, quantity, "share of values" if i % columns == 0 else "")
    return panels.finish()


def _limits(values: NDArray[np.float64], bins: int) -> tuple[float, float]:
    """Return the range of the values, widened if rounding would be larger than a bin."""
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if high - low > 4 * bins * np.spacing(max(-low, high)):
        return low, high
    half = max(0.5, 1e-3 * abs(low))
    return low - half, high + half
