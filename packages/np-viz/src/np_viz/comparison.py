"""What others published beside what was reproduced."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from np_viz._axes import Target, place
from np_viz._check import count_of, numeric, several_names, vector
from np_viz._legend import legend_above
from np_viz._look import INK, MUTED, TICK_SIZE, name_axes
from np_viz._palette import BLUE, DARK_VERMILION, VERMILION
from np_viz._text import decimals, legible, shorten, spell, width

LONGEST_NAME = 2.4  # inches
_BESIDE: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}


def result_comparison(
    names: Sequence[str],
    published: ArrayLike,
    reproduced: ArrayLike,
    *,
    intervals: ArrayLike | None = None,
    measure: str = "test accuracy",
    digits: int = 4,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw a row for each result: a diamond where it was published, a dot where it was reproduced.

    Both values stand at the right end of the row. NaN means that there is no such value: nothing is
    drawn, and a dash stands in its place.

    Parameters
    ----------
    names : sequence of str
        One for each row, from top to bottom.
    published, reproduced : array, shape (n,)
        The values.
    intervals : array, shape (n, 2), optional
        Lower and upper end of a confidence interval of the reproduced value, drawn as a bar.
    measure : str
        Name of the horizontal axis.
    digits : int
        Decimals of the written values; from 1e9 on a power of ten follows them.
    title : str, optional
        Line above the plot.
    ax : Axes, Figure or SubFigure, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the plot.

    Raises
    ------
    ValueError
        Lengths that differ, no row, an interval whose lower end is above its upper end.
    TypeError
        Values that are no real numbers, names that are one string.

    Examples
    --------
    >>> fig = result_comparison(["S1"], [0.8781], [0.8793], intervals=[[0.873, 0.886]])
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['published', '0.8781', 'reproduced', '0.8793']
    """
    several_names(names, "names")
    n = len(names)
    if n == 0:
        raise ValueError("names must hold at least one row, got none")
    ours = vector(reproduced, "reproduced", length=n)
    theirs = vector(published, "published", length=n)
    rows = np.arange(n, dtype=np.float64)
    labels = [shorten(legible(name), LONGEST_NAME, TICK_SIZE) for name in names]
    longest = max(width(label, TICK_SIZE) for label in labels)
    count_of(digits, "digits", least=0)
    columns = [[decimals(value, digits) for value in values] for values in (theirs, ours)]
    head = width("reproduced", TICK_SIZE)
    rooms = [max(head, *(width(text, TICK_SIZE) for text in texts)) for texts in columns]
    more = sum(rooms) - 2 * head
    where = place(ax, size=(longest + 6.0 + more, 0.34 * n + 1.5), title=title)
    [axes] = where.axes
    axes.grid(visible=False, axis="y")
    axes.hlines(rows, ours, theirs, colors=MUTED, linewidth=0.8, linestyles="solid")
    if intervals is not None:
        ends = numeric(intervals, "intervals").astype(np.float64)
        if ends.shape != (n, 2) or (ends[:, 0] > ends[:, 1]).any():
            raise ValueError(
                f"intervals must have shape ({n}, 2) with lower before upper ends, "
                f"got shape {ends.shape}"
            )
        axes.hlines(rows, ends[:, 0], ends[:, 1], colors=BLUE, linewidth=3.0, linestyles="solid")
    shared: dict[str, Any] = {"linestyle": "None", "markersize": 7.0}
    [diamonds] = axes.plot(
        theirs,
        rows,
        marker="D",
        markerfacecolor="none",
        markeredgecolor=VERMILION,
        markeredgewidth=1.6,
        **shared,
    )
    [dots] = axes.plot(
        ours,
        rows,
        marker="o",
        markerfacecolor=BLUE,
        markeredgecolor="white",
        markeredgewidth=0.7,
        **shared,
    )
    axes.set(ylim=(n - 0.4, -0.6))
    axes.set_yticks(rows, labels=labels)
    for artist, label in zip(axes.get_yticklabels(), labels, strict=True):
        spell(artist, label, size=TICK_SIZE, colour=INK)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    name_axes(axes, measure, "")
    right = 8.0 + 72.0 * rooms[0]
    _write_column(axes, "published", columns[0], colour=DARK_VERMILION, right=right)
    right = 72.0 + 72.0 * (more + head)
    _write_column(axes, "reproduced", columns[1], colour=BLUE, right=right)
    texts = ["published", "reproduced" + ("" if intervals is None else ", with interval")]
    pad = legend_above(axes, [diamonds, dots], texts)
    return where.finish(pad=pad)


def _write_column(ax: Axes, head: str, values: Sequence[str], *, colour: str, right: float) -> None:
    """Write the values to the right of their rows; they end ``right`` points from the axes."""
    top = ax.annotate("", (1.0, 1.0), (right, 4.0), xycoords="axes fraction", **_BESIDE)
    spell(top, head, size=TICK_SIZE, colour=colour)
    top.set(ha="right", va="bottom")
    for row, value in enumerate(values):
        text = ax.annotate(
            "", (1.0, row), (right, 0.0), xycoords=ax.get_yaxis_transform(), **_BESIDE
        )
        spell(text, value, size=TICK_SIZE, colour=MUTED if value == "–" else colour)
        text.set(ha="right", va="center")
