"""A histogram for each layer: a panel, its name and what can be said of its values in a line."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from np_viz._axes import Target, place
from np_viz._check import count_of
from np_viz._look import INK, MUTED, TICK_SIZE, name_axes
from np_viz._text import legible, shorten, spell

PANEL, HEAD = (3.0, 2.3), 2.3  # inches: size of a panel, width of what stands above it
MOST_IN_A_ROW = 3


@dataclass(frozen=True)
class Spread:
    """The finite values of a layer as drawn, and the lines that describe all of them."""

    values: NDArray[np.float64]
    remarks: tuple[str, ...]


def zeros_and_lost(values: NDArray[np.float64], finite: NDArray[np.float64]) -> str:
    """Say how many of the finite values are zero, and how many values are not finite."""
    zeros = [f"{100.0 * np.mean(finite == 0):.0f} % zero"] if finite.size else []
    lost = values.size - finite.size
    return ", ".join([*zeros, *([f"{lost} not finite"] if lost else [])])


def draw_histograms(
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
    limits = None if shared is None else _room(*shared, bins)
    columns = min(len(spreads), MOST_IN_A_ROW)
    rows = -(-len(spreads) // columns)
    where = place(
        ax,
        title=title,
        size=(max(4.0, columns * PANEL[0]), rows * PANEL[1] + 0.4),
        rows=rows,
        columns=columns,
        count=len(spreads),
    )
    for i, (axes, (name, spread)) in enumerate(zip(where.axes, spreads.items(), strict=True)):
        _draw_panel(axes, spread, bins, colour, limits)
        _head(axes, name, spread.remarks)
        name_axes(axes, quantity, "share of values" if i % columns == 0 else "")
    return where.finish()


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
    limits = limits or _room(float(spread.values.min()), float(spread.values.max()), bins)
    counts, edges = np.histogram(spread.values, bins=bins, range=limits)
    ax.stairs(counts / spread.values.size, edges, fill=True, color=colour)
    ax.set_ylim(0.0, None)
    ax.set_xlim(float(edges[0]), float(edges[-1]))


def _room(low: float, high: float, bins: int) -> tuple[float, float]:
    """Range from ``low`` to ``high``; a wider one where the bins would have no width."""
    if high - low > max(1e-280, 4 * bins * np.spacing(max(-low, high))):
        return low, high
    middle = low / 2 + high / 2
    half = max(0.5, 1e-3 * abs(middle))
    return middle - half, middle + half


def _head(ax: Axes, name: str, remarks: tuple[str, ...]) -> None:
    """Name and remarks, a line each, no wider than a panel."""
    lines = [shorten(legible(line), HEAD, TICK_SIZE) for line in (name, *remarks)]
    text = ax.set_title("", loc="left", pad=5.0, fontweight="normal")
    text.set_linespacing(1.2)
    spell(text, "\n".join(lines), size=TICK_SIZE, colour=INK)
