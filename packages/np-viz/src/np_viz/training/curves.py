"""Learning curves: loss and accuracy by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike, make_panels
from np_viz._legend import legend_above
from np_viz._style import DASHED, label_axes
from np_viz.training._history import (
    SPLITS,
    Column,
    Columns,
    draw_line,
    join_rare_values,
    read_history,
    smoothing_window,
    steps_of,
    widen_axis,
)


def learning_curves(
    history: Mapping[str, ArrayLike],
    *,
    measures: Sequence[str] = ("loss", "accuracy"),
    chosen: float | None = None,
    smooth: int | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw the columns of a training history, one panel for each measure.

    Columns are named ``<split>_<measure>`` with the splits train, val and test; a bare ``loss``
    counts as ``train_loss``. The horizontal axis is the column ``epoch``, ``iteration`` or
    ``step``; without one, epochs are counted from 1. Values that are not finite leave a gap, and
    the legend counts them. A column that was measured at every n-th row, and is NaN between them,
    is drawn without gaps.

    A dashed vertical line marks ``chosen``. By default it marks the first epoch with the lowest
    validation loss, or without such a column the highest validation accuracy. The legend names the
    rule.

    Parameters
    ----------
    history : mapping of str to array of shape (epochs,)
        Columns of equal length. Columns of other measures are left out.
    measures : sequence of str
        One panel each, in this order. Measures that the history lacks are left out.
    chosen : float, optional
        The epoch (a value of the horizontal axis) whose weights were kept.
    smooth : int, optional
        Number of values in a running mean, which is drawn in front of the pale values; 1 for none.
        By default noisy columns of more than 200 values are smoothed over a fiftieth of them.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    ValueError
        No column of any measure; columns of different lengths; ``chosen`` is not an epoch.
    TypeError
        ``history`` is not a mapping; values that are not real numbers.

    Examples
    --------
    >>> fig = learning_curves({"train_loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]})
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['train', 'val', 'lowest val loss: epoch 2']
    """
    columns = read_history(history)
    step, x = steps_of(columns)
    drawn = {m: lines for m in measures if (lines := _lines_of(columns, m))}
    if not drawn:
        raise ValueError(
            f"history must have a column such as 'train_loss' for one of the measures "
            f"{list(measures)}, got {sorted(columns)}"
        )
    if chosen is not None and chosen not in x:
        raise ValueError(f"chosen must be a value of the {step} column, got {chosen!r}")
    n = len(drawn)
    panels = make_panels(ax, size=(4.7 * n, 3.6), title=title, columns=n, count=n)
    mark = _best_epoch(columns, x) if chosen is None else (float(chosen), "kept")
    pad = 0.0
    for panel, (measure, lines) in zip(panels.axes, drawn.items(), strict=True):
        handles, texts = [], []
        for split, column in lines.items():
            at, y = join_rare_values(x, column)
            window = smoothing_window([y], smooth)
            handles.append(draw_line(panel, at, y, SPLITS.index(split), window=window))
            gaps = int(np.isnan(y).sum())
            remarks = [f"{gaps} not finite"] * (gaps > 0) + [f"mean of {window}"] * (window > 1)
            texts.append(f"{split} ({', '.join(remarks)})" if remarks else split)
        widen_axis(panel, measure, list(lines.values()))
        if mark is not None:
            epoch, rule = mark
            handles.append(panel.axvline(epoch, **DASHED))
            number = f"{epoch:.0f}" if epoch.is_integer() else f"{epoch:.3g}"
            texts.append(f"{rule}: {step} {number}")
        pad = max(pad, legend_above(panel, handles, texts))
        label_axes(panel, step, measure)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    return panels.finish(pad=pad)


def _lines_of(columns: Columns, measure: str) -> Columns:
    """Return the columns of one measure by split; a bare column counts as ``train``."""
    names = {split: f"{split}_{measure}" for split in SPLITS}
    if names["train"] not in columns:
        names["train"] = measure
    return {split: columns[name] for split, name in names.items() if name in columns}


def _best_epoch(columns: Columns, x: Column) -> tuple[float, str] | None:
    """Return the best epoch by validation, and the rule that chose it."""
    loss, accuracy = columns.get("val_loss"), columns.get("val_accuracy")
    if loss is not None and np.isfinite(loss).any():
        return float(x[np.nanargmin(loss)]), "lowest val loss"
    if accuracy is not None and np.isfinite(accuracy).any():
        return float(x[np.nanargmax(accuracy)]), "highest val accuracy"
    return None
