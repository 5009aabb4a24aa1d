"""Training histories: read their columns and draw one as a line, smoothed if it is noisy."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from np_viz._checks import check_count, check_mapping, check_vector
from np_viz._style import line_style, widened_range

Column = NDArray[np.float64]  # (rows,); NaN is a gap
Columns = dict[str, Column]

SPLITS = ("train", "val", "test")
STEPS = ("epoch", "iteration", "step")
MANY = 200  # a noisy line with more values is smoothed


def read_history(history: Mapping[str, ArrayLike], name: str = "history") -> Columns:
    """Return the columns as float64 vectors of one length; infinities become NaN, a gap."""
    check_mapping(history, name)
    columns = {str(key): check_vector(value, f"{name}[{key!r}]") for key, value in history.items()}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of {name} must be equally long, got {lengths}")
    return {key: np.where(np.isfinite(c), c, np.nan) for key, c in columns.items()}


def steps_of(columns: Columns) -> tuple[str, Column]:
    """Return name and values of the horizontal axis: a column of ``STEPS``, or epochs from 1."""
    for name in STEPS:
        if name in columns:
            return name, columns[name]
    length = max((len(column) for column in columns.values()), default=0)
    return "epoch", np.arange(1.0, length + 1.0)


def smoothing_window(lines: Sequence[Column], smooth: int | None) -> int:
    """Return the number of values in a running mean, odd; 1 means no smoothing.

    By default the window is a fiftieth of the longest line if a line with more than ``MANY`` values
    is noisy: the sizes of its changes add up to more than five times its range.
    """
    if smooth is not None:
        return check_count(smooth, "smooth") // 2 * 2 + 1
    for y in (line[np.isfinite(line)] for line in lines):
        if len(y) > MANY and np.abs(np.diff(y)).sum() > 5.0 * np.ptp(y):
            return max(map(len, lines)) // 100 * 2 + 1
    return 1


def running_mean(y: Column, window: int) -> Column:
    """Return the mean of ``window`` values around each value, fewer at the ends; gaps stay gaps.

    Examples
    --------
    >>> running_mean(np.array([0.0, 3.0, 6.0, np.nan]), 3)
    array([1.5, 3. , 4.5, nan])
    """
    known = np.isfinite(y)
    inside = slice(window // 2, window // 2 + len(y))
    sums = np.convolve(np.where(known, y, 0.0), np.ones(window))[inside]
    counts = np.convolve(known, np.ones(window))[inside]
    return np.where(known, sums / np.maximum(counts, 1.0), np.nan)


def join_rare_values(x: Column, y: Column) -> tuple[Column, Column]:
    """Leave out the gaps of a column that was measured less often than the others.

    Such a column has at least three values, and the same distance of at least two rows between
    each two of them.

    Examples
    --------
    >>> nan = np.nan
    >>> join_rare_values(np.arange(1.0, 7.0), np.array([nan, 0.5, nan, 0.4, nan, 0.3]))
    (array([2., 4., 6.]), array([0.5, 0.4, 0.3]))
    """
    at = np.flatnonzero(np.isfinite(y))
    distances = np.diff(at)
    if len(at) >= 3 and distances[0] >= 2 and (distances == distances[0]).all():
        return x[at], y[at]
    return x, y


def draw_line(
    ax: Axes,
    x: Column,
    y: Column,
    index: int,
    *,
    window: int = 1,
    color: str | None = None,
) -> Line2D:
    """Draw ``y``; if ``window`` is above 1, draw its running mean in front of the pale values."""
    style = line_style(index, color)
    if window > 1 and len(y):
        pale = {"color": style["color"], "alpha": 0.25, "linewidth": 0.8, "marker": "None"}
        ax.plot(x, y, linestyle="-", **pale)
        y = running_mean(y, window)
    [line] = ax.plot(x, y, markevery=_marker_positions(y, index), **style)
    return line


def _marker_positions(y: Column, index: int) -> list[int]:
    """Return the positions of the values of ``y`` that have a marker.

    About nine values have one. They are shifted by the index of the line, so that lines that lie on
    each other stay visible. A value between two gaps has a marker too: no line segment shows it.
    """
    gaps = np.pad(np.isnan(y), 1, constant_values=True)
    marked = gaps[:-2] & gaps[2:]
    step = max(1, -(-len(y) // 9))
    marked[(index * max(1, step // 3)) % step :: step] = True
    marked &= ~gaps[1:-1]
    return np.flatnonzero(marked).tolist()


def widen_axis(ax: Axes, measure: str, lines: Sequence[Column]) -> None:
    """Let the vertical axis of ``ax`` show at least the widened range of the values, in place."""
    values = np.concatenate([y[np.isfinite(y)] for y in lines])
    if values.size:
        limits = widened_range(values, share="loss" not in measure)
        ax.update_datalim([(0.0, y) for y in limits], updatex=False)
        ax.autoscale_view()
