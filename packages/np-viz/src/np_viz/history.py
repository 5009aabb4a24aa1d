"""How loss and accuracy went, epoch by epoch."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target, place
from np_viz._check import several_names
from np_viz._history import SPLITS, read_history, splits_of, steps_of
from np_viz._legend import legend_above
from np_viz._look import MUTED, name_axes
from np_viz._palette import line_style, marked


def learning_curves(
    history: Mapping[str, ArrayLike],
    *,
    measures: Sequence[str] = ("loss", "accuracy"),
    chosen: float | None = None,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw the columns of a training history, one panel for each measure that it has.

    Columns are named ``<split>_<measure>`` with the splits train, val and test (a bare ``loss``
    counts as ``train_loss``). The horizontal axis is the column ``epoch``, ``iteration`` or
    ``step``; without one, epochs are counted from 1. Values that are not finite leave a gap, and
    the legend says how many there are.

    A dashed upright line marks ``chosen``, "kept" in the legend. Where it is not given, the line
    marks the first epoch with the lowest validation loss (without one: the highest validation
    accuracy), and the legend says so.

    Parameters
    ----------
    history : mapping of str to array, shape (epochs,)
        Columns of equal length; columns of no named measure are left out.
    measures : sequence of str
        One panel each, in this order; those that the history lacks are left out.
    chosen : float, optional
        The epoch (a value of the horizontal axis) whose weights were kept.
    title : str, optional
        Line above all panels.
    ax : Axes, sequence of Axes, Figure or SubFigure, optional
        Where to draw: an Axes for each panel, one Axes that is divided among them, or an empty
        figure; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the panels.

    Raises
    ------
    ValueError
        No column of any measure, columns of different lengths, ``chosen`` not among the epochs.
    TypeError
        No mapping, or values that are no real numbers; ``measures`` that are one string.

    Examples
    --------
    >>> fig = learning_curves({"train_loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]})
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['train', 'val', 'lowest val loss: epoch 2']
    """
    several_names(measures, "measures")
    columns = read_history(history)
    step, x = steps_of(columns)
    drawn = [(m, splits_of(columns, m)) for m in measures if splits_of(columns, m)]
    if not drawn:
        raise ValueError(
            f"history must have a column such as 'train_loss' for one of the measures "
            f"{list(measures)}, got {sorted(columns)}"
        )
    if chosen is not None and chosen not in x:
        raise ValueError(f"chosen must be a value of the {step} column, got {chosen!r}")
    where = place(ax, size=(4.7 * len(drawn), 3.6), title=title, columns=len(drawn))
    mark = _mark(columns, step, x) if chosen is None else (float(chosen), f"kept: {step}")
    pads = []
    for panel, (measure, splits) in zip(where.axes, drawn, strict=True):
        pad = _draw(panel, x, {split: columns[name] for split, name in splits.items()}, mark)
        pads.append(pad)
        name_axes(panel, step, measure)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    return where.finish(pad=max(pads))


def _mark(
    columns: Mapping[str, NDArray[np.float64]], step: str, x: NDArray[np.float64]
) -> tuple[float, str] | None:
    """Return the best epoch by validation, and by which rule."""
    for name, sign, rule in (
        ("val_loss", 1.0, "lowest val loss"),
        ("val_accuracy", -1.0, "highest val accuracy"),
    ):
        if name in columns and np.isfinite(columns[name]).any():
            return float(x[np.nanargmin(sign * columns[name])]), f"{rule}: {step}"
    return None


def _draw(
    ax: Axes,
    x: NDArray[np.float64],
    lines: Mapping[str, NDArray[np.float64]],
    mark: tuple[float, str] | None,
) -> float:
    """Draw one measure: a line for each split, the kept epoch; return the legend's height."""
    handles, texts = [], []
    for split, y in lines.items():
        index = SPLITS.index(split)
        [line] = ax.plot(x, y, markevery=marked(y, index), **line_style(index))
        handles.append(line)
        gaps = int(np.isnan(y).sum())
        texts.append(f"{split} ({gaps} not finite)" if gaps else split)
    if mark is not None:
        where, rule = mark
        handles.append(ax.axvline(where, color=MUTED, linewidth=1.1, linestyle=(0, (4, 3))))
        texts.append(f"{rule} {where:g}")
    return legend_above(ax, handles, texts)
