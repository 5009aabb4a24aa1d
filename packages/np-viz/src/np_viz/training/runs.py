"""Several training runs, or several layers of one run, in one plot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_mapping
from np_viz._legend import LONGEST_NAME, legend_beside
from np_viz._style import TICK_SIZE, label_axes, ordered_colors, write_nothing_to_draw
from np_viz._text import shorten_all, text_width
from np_viz.training._history import (
    draw_line,
    join_rare_values,
    read_history,
    smoothing_window,
    steps_of,
    widen_axis,
)

PREFERRED = [
    split + measure for split in ("val_", "test_", "train_", "") for measure in ("loss", "accuracy")
]


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

    Lines differ by color, dash and marker. The legend stands beside the plot. It gives the last
    finite value of each run and begins with the run whose last value is the highest.

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
        The order of the runs has a meaning: layers by depth, or rising learning rates. Then the
        colors go from dark to light in that order, and the legend keeps the order.
    smooth : int, optional
        Number of values in a running mean, as in ``learning_curves``.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

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
    steps = {name: steps_of(columns)[0] for name, columns in histories.items()}
    if len(set(steps.values())) > 1:
        raise ValueError(f"all runs must be counted in the same steps, got {steps}")
    lines = [columns[column] for columns in histories.values()]
    names = shorten_all(histories, LONGEST_NAME, TICK_SIZE)
    longest = max(text_width(name, TICK_SIZE) for name in names)
    panels = make_panels(ax, size=(6.2 + min(2.4, longest), 4.2), title=title)
    [axes] = panels.axes
    window = smoothing_window(lines, smooth)
    colors = ordered_colors(len(lines)) if ordered else [None] * len(lines)
    entries = []
    for index, (name, columns, y) in enumerate(zip(names, histories.values(), lines, strict=True)):
        step, x = steps_of(columns)
        at, shown = join_rare_values(x, y)
        if log_scale:
            shown = np.where(shown > 0, shown, np.nan)
        line = draw_line(axes, at, shown, index, window=window, color=colors[index])
        axes.update_datalim(np.column_stack([x, x]), updatey=False)  # also the steps of gaps
        finite = y[np.isfinite(y)]
        last = float(finite[-1]) if finite.size else -np.inf
        entries.append((last, f"{name}: {last:.3g}" if finite.size else name, line))
    values = np.concatenate(lines)
    if log_scale:
        axes.set_yscale("log", nonpositive="mask")
        decades = float(np.ptp(np.log10(axes.get_ylim())))
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5) if decades < 2 else (1,)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        widen_axis(axes, column, lines)
    if not (values > 0 if log_scale else np.isfinite(values)).any():
        write_nothing_to_draw(axes)
        axes.yaxis.set_major_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    label_axes(axes, step, column.replace("_", " "))
    if not ordered:
        entries.sort(key=lambda entry: -entry[0])
    head = "last value" + (f", line: mean of {window}" if window > 1 else "")
    if log_scale and (values <= 0).any():
        head += " (≤ 0 is not drawn)"
    legend_beside(axes, [line for _, _, line in entries], [t for _, t, _ in entries], title=head)
    return panels.finish()


def _choose_column(histories: Mapping[str, Mapping[str, object]], column: str | None) -> str:
    """Return the column to draw, which every run has."""
    for candidate in PREFERRED if column is None else [column]:
        if all(candidate in columns for columns in histories.values()):
            return candidate
    found = {name: sorted(columns) for name, columns in histories.items()}
    if column is not None:
        raise KeyError(f"column must be in every run, got {column!r}; the runs have {found}")
    raise ValueError(f"the runs must share a column such as 'val_loss', got {found}; give column")
