"""Training histories: read their columns and draw one as a line, smoothed if it is noisy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from np_viz._checks import check_count, check_mapping, check_vector
from np_viz._colors import line_style
from np_viz._style import honest_range

SPLITS = ("train", "val", "test")
STEPS = ("epoch", "iteration", "step")
MANY = 200  # values from which on a noisy line is smoothed


def read_history(
    history: Mapping[str, ArrayLike], name: str = "history"
) -> dict[str, NDArray[np.float64]]:
    """Return the columns as float64 vectors of one length; infinities become NaN, a gap."""
    check_mapping(history, name)
    columns = {str(key): check_vector(value, f"{name}[{key!r}]") for key, value in history.items()}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of {name} must be equally long, got {lengths}")
    return {key: np.where(np.isfinite(c), c, np.nan) for key, c in columns.items()}


def steps_of(columns: Mapping[str, NDArray[np.float64]]) -> tuple[str, NDArray[np.float64]]:
    """Return name and values of the horizontal axis: a column of ``STEPS``, or epochs from 1."""
    for name in STEPS:
        if name in columns:
            return name, columns[name]
    length = max((len(column) for column in columns.values()), default=0)
    return "epoch", np.arange(1.0, length + 1.0)


def splits_of(columns: Mapping[str, Any], measure: str) -> dict[str, str]:
    """Columns of one measure: split name to column name; a bare column counts as ``train``."""
    found = {split: f"{split}_{measure}" for split in SPLITS if f"{split}_{measure}" in columns}
    if measure in columns and "train" not in found:
        found = {"train": measure, **found}
    return found


def smoothing_window(lines: Sequence[NDArray[np.float64]], smooth: int | None) -> int:
    """Return the number of values in a running mean, odd; 1 means no smoothing.

    By default lines of more than ``MANY`` values are smoothed over a fiftieth of them if one of the
    lines is noisy: its ups and downs add up to more than five times its range.
    """
    if smooth is not None:
        return check_count(smooth, "smooth") // 2 * 2 + 1
    length = max((len(y) for y in lines), default=0)
    if length <= MANY or not any(map(_is_noisy, lines)):
        return 1
    return min(length // 50, 1000) // 2 * 2 + 1


def _is_noisy(y: NDArray[np.float64]) -> bool:
    y = y[np.isfinite(y)]
    return len(y) > MANY and bool(np.abs(np.diff(y)).sum() > 5.0 * np.ptp(y))


def running_mean(y: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Mean of the ``window`` values around each value, fewer at the ends; gaps stay gaps.

    Examples
    --------
    >>> running_mean(np.array([0.0, 3.0, 6.0, np.nan]), 3)
    array([1.5, 3. , 4.5, nan])
    """
    if not len(y):
        return y
    known = np.isfinite(y)
    ones = np.ones(min(window, 2 * len(y) - 1))
    half = len(ones) // 2
    sums = np.convolve(np.where(known, y, 0.0), ones)[half : half + len(y)]
    counts = np.convolve(known, ones)[half : half + len(y)]
    return np.where(known, sums / np.maximum(counts, 1.0), np.nan)


def join_rare_values(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Leave out the gaps of a column that was measured less often than the others.

    That is a column with three values or more, all at the same distance of two rows or more.

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
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    index: int,
    *,
    window: int = 1,
    color: str | None = None,
) -> Line2D:
    """Draw ``y``; if ``window`` is above 1, draw its running mean in front of the pale values."""
    style = line_style(index, color)
    if window > 1:
        pale = {"color": style["color"], "alpha": 0.25, "linewidth": 0.8, "marker": "None"}
        ax.plot(x, y, linestyle="-", **pale)
        y = running_mean(y, window)
    [line] = ax.plot(x, y, markevery=_marker_positions(y, index), **style)
    return line


def _marker_positions(y: NDArray[Any], index: int, *, markers: int = 9) -> list[int]:
    """Positions of ``y`` (n,) that have a marker.

    They are about ``markers`` values, shifted by the line's index so that lines that lie on each
    other stay visible, and every value between two gaps, which no line segment would show.
    """
    finite = np.isfinite(y)
    step = max(1, -(-len(y) // markers))
    regular = np.zeros(len(y), dtype=bool)
    regular[(index * max(1, step // 3)) % step :: step] = True
    padded = np.pad(finite, 1)
    alone = finite & ~padded[:-2] & ~padded[2:]
    return [int(i) for i in np.flatnonzero((regular & finite) | alone)]


def widen_axis(ax: Axes, measure: str, lines: Sequence[NDArray[np.float64]]) -> None:
    """Make the vertical axis of ``ax`` an honest range of the values, in place."""
    values = np.concatenate([y[np.isfinite(y)] for y in lines])
    if not values.size:
        return
    low, high = float(values.min()), float(values.max())
    share = "loss" not in measure and min(low, 1.0 - high) >= 0.0
    x = ax.dataLim.x0
    ax.update_datalim([(x, y) for y in honest_range(low, high, share=share)], updatex=False)
    ax.autoscale_view()
