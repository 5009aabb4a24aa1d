"""How the values inside a network are spread, layer by layer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import INK, MUTED, TICK_SIZE, Target, name_axes, place
from np_viz._check import count_of, numeric
from np_viz._palette import BLUE, GREEN
from np_viz._text import legible, shorten, spell

PANEL = (2.9, 2.1)  # inches
MOST_IN_A_ROW = 3


@dataclass(frozen=True)
class Spread:
    """The finite values of a layer as drawn, and the line that describes all of them."""

    values: NDArray[np.float64]
    remark: str


def activation_histograms(
    activations: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw a histogram of the activations of each layer.

    Below the layer's name stand mean, standard deviation and the share of exact zeros: a layer of
    rectified units whose share is near one has died, a sigmoid layer whose values lie at both ends
    is saturated. Every panel has its own range.

    Parameters
    ----------
    activations : mapping of str to array, any shape
        By layer name; drawn in this order.
    bins : int
        Number of bars.
    title : str, optional
        Line above all panels.
    ax : Axes, sequence of Axes, Figure or SubFigure, optional
        Where to draw: an Axes for each layer, one Axes that is divided among them, or an empty
        figure; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the panels.

    Raises
    ------
    ValueError
        No layer; as many axes as layers are needed.
    TypeError
        No mapping, or values that are no real numbers.

    Examples
    --------
    >>> fig = activation_histograms({"1 ReLU": [0.0, 0.0, 1.0, 2.0]})
    >>> fig.axes[0].get_title(loc="left")
    '1 ReLU\nmean 0.75, std 0.829, 50 % zero'
    """
    spreads = {name: _spread(v) for name, v in _layers(activations, "activations").items()}
    return _draw(spreads, bins, title, ax, colour=BLUE, quantity="activation", shared=None)


def gradient_histograms(
    gradients: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw a histogram of the size of the gradients of each layer or parameter.

    The axis is ``log10 |g|`` with the same range in every panel, so that gradients that vanish or
    explode from layer to layer move to the left or to the right. Below the name stand the median of
    ``|g|`` and the share of exact zeros, which have no logarithm and are not drawn.

    Parameters
    ----------
    gradients : mapping of str to array, any shape
        By name, such as the dict of a model's gradients; drawn in this order.
    bins : int
        Number of bars.
    title : str, optional
        Line above all panels.
    ax : Axes, sequence of Axes, Figure or SubFigure, optional
        Where to draw: an Axes for each name, one Axes that is divided among them, or an empty
        figure; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the panels.

    Raises
    ------
    ValueError
        No layer; as many axes as layers are needed.
    TypeError
        No mapping, or values that are no real numbers.

    Examples
    --------
    >>> fig = gradient_histograms({"0.weight": [0.1, -0.01, 0.001, 0.0]})
    >>> fig.axes[0].get_title(loc="left")
    '0.weight\nmedian |g| 0.0055, 25 % zero'
    """
    spreads = {name: _logarithms(v) for name, v in _layers(gradients, "gradients").items()}
    drawn = [s.values for s in spreads.values() if s.values.size]
    low = min((float(v.min()) for v in drawn), default=0.0)
    high = max((float(v.max()) for v in drawn), default=0.0)
    shared = (low, high) if high > low else (low - 0.5, low + 0.5)
    return _draw(spreads, bins, title, ax, colour=GREEN, quantity="log10 |g|", shared=shared)


def _layers(layers: Mapping[str, ArrayLike], name: str) -> dict[str, NDArray[np.float64]]:
    if not isinstance(layers, Mapping):
        raise TypeError(f"{name} must be a mapping of name to array, got {type(layers).__name__}")
    if not layers:
        raise ValueError(f"{name} must hold at least one layer, got none")
    return {
        str(key): numeric(value, f"{name}[{key!r}]").astype(np.float64).ravel()
        for key, value in layers.items()
    }


def _spread(values: NDArray[np.float64]) -> Spread:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Spread(finite, _lost(values, finite) or "no values")
    zeros = 100.0 * np.mean(finite == 0)
    remark = f"mean {finite.mean():.3g}, std {finite.std():.3g}, {zeros:.0f} % zero"
    return Spread(finite, remark + _lost(values, finite))


def _logarithms(values: NDArray[np.float64]) -> Spread:
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size:
        return Spread(sizes, _lost(values, sizes) or "no values")
    zeros = 100.0 * np.mean(sizes == 0)
    remark = f"median |g| {np.median(sizes):.3g}, {zeros:.0f} % zero"
    return Spread(np.log10(sizes[sizes > 0]), remark + _lost(values, sizes))


def _lost(values: NDArray[np.float64], finite: NDArray[np.float64]) -> str:
    lost = values.size - finite.size
    return f", {lost} not finite" if lost and finite.size else f"{lost} not finite" if lost else ""


def _draw(
    spreads: Mapping[str, Spread],
    bins: int,
    title: str | None,
    ax: Target,
    *,
    colour: str,
    quantity: str,
    shared: tuple[float, float] | None,
) -> Figure:
    count_of(bins, "bins")
    columns = min(len(spreads), MOST_IN_A_ROW)
    rows = -(-len(spreads) // columns)
    where = place(
        ax,
        size=(max(4.0, columns * PANEL[0]), rows * PANEL[1] + 0.4),
        rows=rows,
        columns=columns,
        count=len(spreads),
    )
    for i, (axes, (name, spread)) in enumerate(zip(where.axes, spreads.items(), strict=True)):
        _draw_panel(axes, spread, bins, colour, shared)
        _head(axes, name, spread.remark)
        name_axes(axes, quantity, "share of values" if i % columns == 0 else "")
    return where.finish(title)


def _draw_panel(
    ax: Axes, spread: Spread, bins: int, colour: str, limits: tuple[float, float] | None
) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4))
    if not spread.values.size:
        text = ax.text(0.5, 0.5, "", ha="center", va="center", transform=ax.transAxes)
        spell(text, "nothing to draw", size=TICK_SIZE, colour=MUTED)
        ax.set(xlim=limits or (0.0, 1.0), ylim=(0.0, 1.0))
        return
    counts, edges = np.histogram(spread.values, bins=bins, range=limits)
    ax.stairs(counts / spread.values.size, edges, fill=True, color=colour)
    ax.set_ylim(0.0, None)
    ax.set_xlim(float(edges[0]), float(edges[-1]))


def _head(ax: Axes, name: str, remark: str) -> None:
    """Name and remark in two lines above the panel, no wider than a panel."""
    lines = [shorten(legible(line), PANEL[0] - 0.1, TICK_SIZE) for line in (name, remark)]
    text = ax.set_title("", loc="left", pad=5.0, fontweight="normal")
    text.set_linespacing(1.2)
    spell(text, "\n".join(lines), size=TICK_SIZE, colour=INK)
