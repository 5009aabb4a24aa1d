"""Several training runs in one plot: the same net under seven optimizers, for instance."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target, place
from np_viz._history import read_history, steps_of
from np_viz._legend import legend_beside, name_in_legend
from np_viz._look import MUTED, TICK_SIZE, name_axes
from np_viz._palette import line_style, marked
from np_viz._text import legible, spell, width

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
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw one column of several histories, a line for each run.

    Lines differ by colour, dash and marker. The legend stands beside the plot in the order in which
    the lines end, from top to bottom, and gives the last finite value of each. Where nothing can be
    drawn, words say why.

    Parameters
    ----------
    runs : mapping of str to history
        By name, what ``learning_curves`` takes; the runs may be of different lengths.
    column : str, optional
        The column drawn; by default the first that all runs have of ``val_loss``, ``val_accuracy``,
        the same of the test and training set, ``loss`` and ``accuracy``.
    log_scale : bool
        Draw the values on a logarithmic axis; values that are not positive leave a gap, and
        the legend says that there are such values.
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
    KeyError
        A run lacks ``column``.
    ValueError
        No run, no common column, runs counted partly in epochs and partly in iterations.
    TypeError
        No mapping, or values that are no real numbers.

    Examples
    --------
    >>> fig = compare_runs({"SGD": {"val_loss": [0.9, 0.7]}, "Adam": {"val_loss": [0.8, 0.3]}})
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['SGD: 0.7', 'Adam: 0.3']
    """
    if not isinstance(runs, Mapping):
        raise TypeError(f"runs must be a mapping of name to history, got {type(runs).__name__}")
    histories = {str(name): read_history(run, f"runs[{name!r}]") for name, run in runs.items()}
    if not histories:
        raise ValueError("runs must hold at least one run, got none")
    column = _column(histories, column)
    steps = {name: steps_of(columns) for name, columns in histories.items()}
    if len({step for step, _ in steps.values()}) > 1:
        kinds = {name: step for name, (step, _) in steps.items()}
        raise ValueError(f"all runs must be counted in the same steps, got {kinds}")
    longest = max(width(legible(name), TICK_SIZE) for name in histories)
    where = place(ax, size=(6.2 + min(2.4, longest), 4.2), title=title)
    [axes] = where.axes
    entries = []
    for index, (name, columns) in enumerate(histories.items()):
        x, y = steps[name][1], columns[column]
        last = _last(y)
        if log_scale:
            y = np.where(y > 0, y, np.nan)
        [line] = axes.plot(x, y, markevery=marked(y, index), **line_style(index))
        axes.update_datalim(np.column_stack([x, x]), updatey=False)  # also the steps of gaps
        text = name_in_legend(name) + ("" if last is None else f": {last:.3g}")
        entries.append((-np.inf if last is None else last, text, line))
    values = np.concatenate([columns[column] for columns in histories.values()])
    if log_scale:
        axes.set_yscale("log", nonpositive="mask")
        decades = float(np.ptp(np.log10(axes.get_ylim())))
        axes.yaxis.set_major_locator(LogLocator(subs=_ticks(decades)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if not (values > 0 if log_scale else np.isfinite(values)).any():
        axes.yaxis.set_major_locator(NullLocator())
        middle = axes.text(0.5, 0.5, "", ha="center", va="center", transform=axes.transAxes)
        spell(middle, _why_empty(values), size=TICK_SIZE, colour=MUTED)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    name_axes(axes, next(iter(steps.values()))[0], column.replace("_", " "))
    entries.sort(key=lambda entry: -entry[0])
    head = "last value" + (" (≤ 0 is not drawn)" if log_scale and (values <= 0).any() else "")
    legend_beside(axes, [line for _, _, line in entries], [t for _, t, _ in entries], title=head)
    return where.finish()


def _column(histories: Mapping[str, Mapping[str, object]], column: str | None) -> str:
    """Return the column to draw, which every run has."""
    for name, columns in histories.items():
        if column is not None and column not in columns:
            raise KeyError(f"run {name!r} has no column {column!r}, it has {sorted(columns)}")
    if column is not None:
        return column
    for candidate in PREFERRED:
        if all(candidate in columns for columns in histories.values()):
            return candidate
    raise ValueError(
        f"the runs must share a column such as 'val_loss', got "
        f"{ {name: sorted(columns) for name, columns in histories.items()} }"
    )


def _ticks(decades: float) -> tuple[float, ...]:
    """Multiples of a power of ten that have a tick: fewer, the more decades share the axis."""
    if decades > 4:
        return (1.0,)
    return (1.0, 3.0) if decades > 2 else (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def _why_empty(values: NDArray[np.float64]) -> str:
    """Say why none of the values can be drawn."""
    if not np.isfinite(values).any():
        return "no finite value"
    return "no value above 0" if values.any() else "0 at every step"


def _last(y: NDArray[np.float64]) -> float | None:
    """Last finite value."""
    finite = y[np.isfinite(y)]
    return float(finite[-1]) if finite.size else None
