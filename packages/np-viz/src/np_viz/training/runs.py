"""Several training runs, or several layers of one run, in one plot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_mapping
from np_viz._colors import MUTED, ordered_colors
from np_viz._legend import legend_beside, legend_names
from np_viz._style import TICK_SIZE, label_axes
from np_viz._text import set_text, text_width
from np_viz.training._history import (
    draw_line,
    join_rare_values,
    read_history,
    smoothing_window,
    steps_of,
    widen_axis,
)

PREFERRED = (
    "val_loss",
    "val_accuracy",
    "test_loss",
    "test_accuracy",
    "train_loss",
    "train_accuracy",
    "loss",
    "accuracy",
)


def compare_runs(
    runs: Mapping[str, Mapping[str, ArrayLike]],
    *,
    column: str | None = None,
    log_scale: bool = False,
    ordered: bool = False,
    smooth: int | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw one column of several histories, one line for each run.

    Lines differ by color, dash and marker. The legend stands beside the plot, gives the last finite
    value of each run, and has the order in which the lines end, from top to bottom. If nothing
    can be drawn, a text says why.

    Parameters
    ----------
    runs : mapping of str to history
        Histories by name, as ``learning_curves`` takes them; they may have different lengths.
    column : str, optional
        The column that is drawn. By default the first that all runs have of ``val_loss``,
        ``val_accuracy``, the same of the test and training set, ``loss`` and ``accuracy``.
    log_scale : bool
        Use a logarithmic axis. Values that are not positive leave a gap, and the legend says so.
    ordered : bool
        The order of the runs has a meaning: layers by depth, or rising learning rates. The colors
        then go from dark to light in that order, and the legend keeps it.
    smooth : int, optional
        Number of values in a running mean, as in ``learning_curves``.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Returns
    -------
    Figure

    Raises
    ------
    KeyError
        A run lacks ``column``.
    ValueError
        No run; no common column; some runs count epochs and others iterations.
    TypeError
        ``runs`` is not a mapping; values that are not real numbers.

    Examples
    --------
    >>> fig = compare_runs({"SGD": {"val_loss": [0.9, 0.7]}, "Adam": {"val_loss": [0.8, 0.3]}})
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['SGD: 0.7', 'Adam: 0.3']
    """
    check_mapping(runs, "runs")
    histories = {str(name): read_history(run, f"runs[{name!r}]") for name, run in runs.items()}
    if not histories:
        raise ValueError("runs must hold at least one run, got none")
    column = _choose_column(histories, column)
    step = _common_step(histories)
    lines = [columns[column] for columns in histories.values()]
    names = legend_names(list(histories))
    longest = max(text_width(name, TICK_SIZE) for name in names)
    panels = make_panels(ax, size=(6.2 + min(2.4, longest), 4.2), title=title)
    [axes] = panels.axes
    window = smoothing_window(lines, smooth)
    colors = ordered_colors(len(lines)) if ordered else [None] * len(lines)
    entries = []
    for index, (name, columns, y) in enumerate(zip(names, histories.values(), lines, strict=True)):
        x = steps_of(columns)[1]
        at, shown = join_rare_values(x, y)
        if log_scale:
            shown = np.where(shown > 0, shown, np.nan)
        line = draw_line(axes, at, shown, index, window=window, color=colors[index])
        axes.update_datalim(np.column_stack([x, x]), updatey=False)  # also the steps of gaps
        finite = y[np.isfinite(y)]
        last = float(finite[-1]) if finite.size else None
        text = name if last is None else f"{name}: {last:.3g}"
        entries.append((-np.inf if last is None else last, text, line))
    values = np.concatenate(lines)
    if log_scale:
        _use_log_scale(axes)
    else:
        widen_axis(axes, column, lines)
    if not (values > 0 if log_scale else np.isfinite(values)).any():
        _write_why_empty(axes, values)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    label_axes(axes, step, column.replace("_", " "))
    if not ordered:
        entries.sort(key=lambda entry: -entry[0])
    head = "last value" + (f", line: mean of {window}" if window > 1 else "")
    if log_scale and (values <= 0).any():
        head += " (≤ 0 is not drawn)"
    legend_beside(axes, [line for _, _, line in entries], [t for _, t, _ in entries], title=head)
    return panels.finish()


def _common_step(histories: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> str:
    """Return what all runs count: epochs, iterations or steps."""
    kinds = {name: steps_of(columns)[0] for name, columns in histories.items()}
    if len(set(kinds.values())) > 1:
        raise ValueError(f"all runs must be counted in the same steps, got {kinds}")
    return next(iter(kinds.values()))


def _choose_column(histories: Mapping[str, Mapping[str, object]], column: str | None) -> str:
    """Return the column to draw, which every run has."""
    for name, columns in histories.items():
        if column is not None and column not in columns:
            raise KeyError(
                f"column must be in every run, got {column!r}; {name!r} has {sorted(columns)}"
            )
    if column is not None:
        return column
    for candidate in PREFERRED:
        if all(candidate in columns for columns in histories.values()):
            return candidate
    found = {name: sorted(columns) for name, columns in histories.items()}
    raise ValueError(f"the runs must share a column such as 'val_loss', got {found}; give column")


def _use_log_scale(ax: Axes) -> None:
    """Make the vertical axis logarithmic; more decades have fewer ticks each."""
    ax.set_yscale("log", nonpositive="mask")
    decades = float(np.ptp(np.log10(ax.get_ylim())))
    few = (1.0, 3.0) if decades > 2 else (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0,) if decades > 4 else few))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _write_why_empty(ax: Axes, values: NDArray[np.float64]) -> None:
    """Write in the middle of ``ax`` why none of the values can be drawn."""
    if not np.isfinite(values).any():
        reason = "no finite value"
    else:
        reason = "no value above 0" if values.any() else "0 at every step"
    ax.yaxis.set_major_locator(NullLocator())
    middle = ax.text(0.5, 0.5, "", ha="center", va="center", transform=ax.transAxes)
    set_text(middle, reason, size=TICK_SIZE, color=MUTED)
