"""Histograms of the activations and gradients of each layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_count, check_mapping, check_numbers
from np_viz._colors import BLUE, GREEN, INK, MUTED
from np_viz._style import TICK_SIZE, label_axes
from np_viz._text import printable, set_text, shorten

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

    Returns
    -------
    Figure

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
    layers = {name: _of_values(v) for name, v in _read(activations, "activations").items()}
    return _draw(layers, bins, title, ax, color=BLUE, quantity="activation", limits=None)


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

    Returns
    -------
    Figure

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
    layers = {name: _of_logarithms(v) for name, v in _read(gradients, "gradients").items()}
    drawn = [layer.values for layer in layers.values() if layer.values.size]
    low = min((float(v.min()) for v in drawn), default=0.0)
    high = max((float(v.max()) for v in drawn), default=0.0)
    limits = _widen(low, high, check_count(bins, "bins"))
    return _draw(layers, bins, title, ax, color=GREEN, quantity="log10 |g|", limits=limits)


@dataclass(frozen=True)
class _Layer:
    """The finite values of a layer as they are drawn, and lines that describe all of them."""

    values: NDArray[np.float64]
    remarks: tuple[str, ...]


def _read(layers: Mapping[str, ArrayLike], name: str) -> dict[str, NDArray[np.float64]]:
    check_mapping(layers, name)
    if not layers:
        raise ValueError(f"{name} must hold at least one layer, got none")
    return {
        str(key): check_numbers(value, f"{name}[{key!r}]").astype(np.float64).ravel()
        for key, value in layers.items()
    }


def _of_values(values: NDArray[np.float64]) -> _Layer:
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):  # squares overflow: the deviation is infinite then
        first = f"mean {finite.mean():.3g}, std {finite.std():.3g}" if finite.size else "no values"
    return _Layer(finite, (first, _count_zeros(values, finite)))


def _of_logarithms(values: NDArray[np.float64]) -> _Layer:
    sizes = np.abs(values[np.isfinite(values)])
    first = f"median |g| {np.median(sizes):.3g}" if sizes.size else "no values"
    return _Layer(np.log10(sizes[sizes > 0]), (first, _count_zeros(values, sizes)))


def _count_zeros(values: NDArray[np.float64], finite: NDArray[np.float64]) -> str:
    """Write the share of zeros, and the number of values that are not finite."""
    zeros = [f"{100.0 * np.mean(finite == 0):.0f} % zero"] if finite.size else []
    lost = values.size - finite.size
    return ", ".join([*zeros, *([f"{lost} not finite"] if lost else [])])


def _draw(
    layers: Mapping[str, _Layer],
    bins: int,
    title: str | None,
    ax: AxesLike,
    *,
    color: str,
    quantity: str,
    limits: tuple[float, float] | None,
) -> Figure:
    check_count(bins, "bins")
    columns = min(len(layers), MOST_COLUMNS)
    rows = -(-len(layers) // columns)
    panels = make_panels(
        ax,
        title=title,
        size=(max(4.0, columns * PANEL[0]), rows * PANEL[1] + 0.4),
        rows=rows,
        columns=columns,
        count=len(layers),
    )
    for i, (axes, (name, layer)) in enumerate(zip(panels.axes, layers.items(), strict=True)):
        _draw_panel(axes, layer.values, bins, color, limits)
        _write_head(axes, name, layer.remarks)
        label_axes(axes, quantity, "share of values" if i % columns == 0 else "")
    return panels.finish()


def _draw_panel(
    ax: Axes,
    values: NDArray[np.float64],
    bins: int,
    color: str,
    limits: tuple[float, float] | None,
) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4))
    if not values.size:
        text = ax.text(0.5, 0.5, "", ha="center", va="center", transform=ax.transAxes)
        set_text(text, "nothing to draw", size=TICK_SIZE, color=MUTED)
        ax.set(xlim=limits or (0.0, 1.0), ylim=(0.0, 1.0))
        return
    limits = limits or _widen(float(values.min()), float(values.max()), bins)
    counts, edges = np.histogram(values, bins=bins, range=limits)
    ax.stairs(counts / values.size, edges, fill=True, color=color)
    ax.set_ylim(0.0, None)
    ax.set_xlim(float(edges[0]), float(edges[-1]))


def _widen(low: float, high: float, bins: int) -> tuple[float, float]:
    """Return the range; a wider one if the bins would have no width."""
    if high - low > max(1e-280, 4 * bins * np.spacing(max(-low, high))):
        return low, high
    middle = low / 2 + high / 2
    half = max(0.5, 1e-3 * abs(middle))
    return middle - half, middle + half


def _write_head(ax: Axes, name: str, remarks: tuple[str, ...]) -> None:
    """Write name and remarks above a panel, a line each."""
    lines = [shorten(printable(line), HEAD, TICK_SIZE) for line in (name, *remarks)]
    text = ax.set_title("", loc="left", pad=5.0, fontweight="normal")
    text.set_linespacing(1.2)
    set_text(text, "\n".join(lines), size=TICK_SIZE, color=INK)
