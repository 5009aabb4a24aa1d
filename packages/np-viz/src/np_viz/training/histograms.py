"""Histograms of the activations and gradients of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_count, check_mapping, check_numbers
from np_viz._style import BLUE, GREEN, INK, TICK_SIZE, label_axes, write_nothing_to_draw
from np_viz._text import printable, set_text, shorten

Layers = dict[str, NDArray[np.float64]]

PANEL, HEAD = (3.0, 2.3), 2.3  # inches: size of a panel, width of the text above it
MOST_COLUMNS = 3


def activation_histograms(
    activations: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw a histogram of the activations of each layer.

    Below the name of the layer stand mean, standard deviation and the share of exact zeros. A ReLU
    layer whose share is near 100 % is dead; a sigmoid layer whose values lie at both ends is
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
    heads = {}
    layers = _read(activations, "activations")
    for name, values in layers.items():
        layers[name] = finite = values[np.isfinite(values)]
        moments = (
            f"mean {finite.mean():.3g}, std {finite.std():.3g}" if finite.size else "no values"
        )
        heads[name] = [name, moments, _count_zeros(values)]
    limits = [_limits([values], bins) for values in layers.values()]
    return _draw(layers, heads, limits, bins, title, ax, color=BLUE, quantity="activation")


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
    >>> fig = gradient_histograms({"0.weight": [0.1, -0.01, 0.001, 0.0]})
    >>> fig.axes[0].get_title(loc="left")
    '0.weight\nmedian |g| 0.0055\n25 % zero'
    """
    heads = {}
    layers = _read(gradients, "gradients")
    for name, values in layers.items():
        sizes = np.abs(values[np.isfinite(values)])
        median = f"median |g| {np.median(sizes):.3g}" if sizes.size else "no values"
        heads[name] = [name, median, _count_zeros(values)]
        layers[name] = np.log10(sizes[sizes > 0])
    limits = [_limits(list(layers.values()), bins)] * len(layers)
    return _draw(layers, heads, limits, bins, title, ax, color=GREEN, quantity="log10 |g|")


def _read(layers: Mapping[str, ArrayLike], name: str) -> Layers:
    check_mapping(layers, name)
    if not layers:
        raise ValueError(f"{name} must hold at least one layer, got none")
    return {
        str(key): check_numbers(value, f"{name}[{key!r}]").astype(np.float64).ravel()
        for key, value in layers.items()
    }


def _count_zeros(values: NDArray[np.float64]) -> str:
    """Write the share of zeros, and the number of values that are not finite."""
    finite = np.isfinite(values)
    zeros = [f"{100.0 * np.mean(values[finite] == 0):.0f} % zero"] if finite.any() else []
    lost = int((~finite).sum())
    return ", ".join([*zeros, *([f"{lost} not finite"] if lost else [])])


def _limits(layers: Sequence[NDArray[np.float64]], bins: int) -> tuple[float, float]:
    """Return the range of all values; a wider one if bins would be narrower than rounding."""
    values = np.concatenate(layers)
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if high - low > 4 * check_count(bins, "bins") * np.spacing(max(-low, high)):
        return low, high
    half = max(0.5, 1e-3 * abs(low))
    return low - half, high + half


def _draw(
    layers: Layers,
    heads: Mapping[str, list[str]],
    limits: Sequence[tuple[float, float]],
    bins: int,
    title: str | None,
    ax: AxesLike,
    *,
    color: str,
    quantity: str,
) -> Figure:
    """Draw one panel for each layer, with its head above it."""
    columns = min(len(layers), MOST_COLUMNS)
    width, height = PANEL
    size = max(4.0, columns * width), -(-len(layers) // columns) * height + 0.4
    panels = make_panels(ax, title=title, size=size, columns=columns, count=len(layers))
    for i, (axes, (name, values)) in enumerate(zip(panels.axes, layers.items(), strict=True)):
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.set(xlim=limits[i], ylim=(0.0, 1.0))
        if values.size:
            counts, edges = np.histogram(values, bins=bins, range=limits[i])
            axes.stairs(counts / values.size, edges, fill=True, color=color)
            axes.set_ylim(0.0, 1.05 * counts.max() / values.size)
        else:
            write_nothing_to_draw(axes)
        lines = [shorten(printable(line), HEAD, TICK_SIZE) for line in heads[name]]
        head = axes.set_title("", loc="left", pad=5.0)
        set_text(head, "\n".join(lines), size=TICK_SIZE, color=INK)
        label_axes(axes, quantity, "share of values" if i % columns == 0 else "")
    return panels.finish()
