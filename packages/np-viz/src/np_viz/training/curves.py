"""Learning curves: loss and accuracy by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_names
from np_viz._colors import MUTED
from np_viz._legend import legend_above
from np_viz._style import label_axes
from np_viz.training._history import (
    SPLITS,
    draw_line,
    join_rare_values,
    read_history,
    smoothing_window,
    splits_of,
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
    the legend counts them. A column that was measured at every second row, third row, and so on,
    and is NaN between them, has no gaps.

    A dashed vertical line marks ``chosen``. By default it marks the first epoch with the lowest
    validation loss (without one: the highest validation accuracy). The legend names the rule.

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

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        No column of any measure; columns of different lengths; ``chosen`` is not an epoch.
    TypeError
        ``history`` is not a mapping; values that are not real numbers; ``measures`` is a string.

    Examples
    --------
    >>> fig = learning_curves({"train_loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]})
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['train', 'val', 'lowest val loss: epoch 2']
    """
    check_names(measures, "measures")
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
    panels = make_panels(ax, size=(4.7 * len(drawn), 3.6), title=title, columns=len(drawn))
    mark = _best_epoch(columns, step, x) if chosen is None else (float(chosen), f"kept: {step}")
    pads = []
    for panel, (measure, splits) in zip(panels.axes, drawn, strict=True):
        lines = {split: columns[name] for split, name in splits.items()}
        pads.append(_draw_panel(panel, x, lines, measure, mark, smooth))
        label_axes(panel, step, measure)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    return panels.finish(pad=max(pads))


def _best_epoch(
    columns: Mapping[str, NDArray[np.float64]], step: str, x: NDArray[np.float64]
) -> tuple[float, str] | None:
    """Return the best epoch by validation, and the rule that chose it."""
    for name, sign, rule in (
        ("val_loss", 1.0, "lowest val loss"),
        ("val_accuracy", -1.0, "highest val accuracy"),
    ):
        if name in columns and np.isfinite(columns[name]).any():
            return float(x[np.nanargmin(sign * columns[name])]), f"{rule}: {step}"
    return None


def _draw_panel(
    ax: Axes,
    x: NDArray[np.float64],
    lines: Mapping[str, NDArray[np.float64]],
    measure: str,
    mark: tuple[float, str] | None,
    smooth: int | None,
) -> float:
    """Draw one measure: a line for each split, and the kept epoch; return the legend's height."""
    handles, texts = [], []
    for split, column in lines.items():
        at, y = join_rare_values(x, column)
        window = smoothing_window([y], smooth)
        handles.append(draw_line(ax, at, y, SPLITS.index(split), window=window))
        gaps = int(np.isnan(y).sum())
        remarks = [f"{gaps} not finite"] * (gaps > 0) + [f"mean of {window}"] * (window > 1)
        texts.append(f"{split} ({', '.join(remarks)})" if remarks else split)
    widen_axis(ax, measure, list(lines.values()))
    if mark is not None:
        epoch, rule = mark
        handles.append(ax.axvline(epoch, color=MUTED, linewidth=1.1, linestyle=(0, (4, 3))))
        texts.append(f"{rule} {_format_epoch(epoch)}")
    return legend_above(ax, handles, texts)


def _format_epoch(epoch: float) -> str:
    """Write a whole number in full, and the fraction of an epoch with two digits."""
    if epoch.is_integer():
        return f"{epoch:.0f}"
    return f"{epoch:.2f}".rstrip("0") if abs(epoch) >= 1 else f"{epoch:.2g}"
