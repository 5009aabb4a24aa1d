"""The figure of published results beside ours, one row for each recipe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

BLUE, VERMILION, GREY = "#0072b2", "#d55e00", "#767676"


def draw_comparison(
    names: Sequence[str],
    published: Sequence[float],
    reproduced: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    *,
    title: str,
) -> Figure:
    """Draw published accuracies as diamonds, ours as dots with their intervals as bars.

    Both values stand in the label of their row, published first.
    """
    rows = np.arange(len(names))
    figure = Figure(figsize=(8.4, 0.34 * len(names) + 1.5), layout="constrained")
    axes = figure.subplots()
    lower, upper = zip(*intervals, strict=True)
    axes.hlines(rows, published, reproduced, colors=GREY, linewidth=0.8)
    axes.hlines(rows, lower, upper, colors=BLUE, linewidth=3, label="95 % interval")
    axes.plot(
        published,
        rows,
        "D",
        markerfacecolor="none",
        markeredgecolor=VERMILION,
        markeredgewidth=1.6,
        label="published",
    )
    axes.plot(reproduced, rows, "o", color=BLUE, markeredgecolor="white", label="reproduced")
    values = zip(names, published, reproduced, strict=True)
    axes.set_yticks(rows, [f"{name}   {first:.4f} → {ours:.4f}" for name, first, ours in values])
    axes.invert_yaxis()
    axes.set_xlabel("test accuracy")
    axes.grid(axis="x", alpha=0.4)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.suptitle(title)
    axes.legend(loc="lower left", frameon=False)
    return figure
