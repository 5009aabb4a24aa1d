"""How well scores rank the samples of a class before all others: ROC and precision-recall curves.

Both take finished arrays, one curve or a mapping of several, and compute nothing.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import MUTED, Place, Target, name_axes, place
from np_viz._check import vector
from np_viz._legend import legend_above, legend_beside
from np_viz._palette import line_style, marked

Curves = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
Numbers = ArrayLike | Mapping[str, ArrayLike]
Scores = float | Mapping[str, float] | None


def roc_curve(
    fpr: Numbers,
    tpr: Numbers,
    *,
    auc: Scores = None,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw the true positive rate against the false positive rate; the dashed line is chance.

    Parameters
    ----------
    fpr, tpr : array, shape (n,); or mapping of str to array
        Rates at falling thresholds; a mapping gives one curve for each name.
    auc : float or mapping of str to float, optional
        Area under each curve, written into the legend.
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
        ``tpr`` or ``auc`` lacks a name of ``fpr``, or has another.
    ValueError
        Arrays of different lengths, rates outside [0, 1], no curve.
    TypeError
        Values that are no real numbers; a mapping beside an array.

    Examples
    --------
    >>> fig = roc_curve([0.0, 0.0, 1.0], [0.0, 0.8, 1.0], auc=0.9)
    >>> fig.axes[0].get_legend().get_texts()[0].get_text()
    'AUC 0.900'
    """
    curves = _curves(fpr, tpr, "fpr", "tpr")
    where = _square(ax, curves)
    where.axes[0].plot([0, 1], [0, 1], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), marker="")
    name_axes(where.axes[0], "false positive rate", "true positive rate")
    pad = _draw(where.axes[0], curves, _texts(curves, auc, "AUC", "auc"), steps="default")
    return where.finish(title, pad=pad)


def precision_recall_curve(
    precision: Numbers,
    recall: Numbers,
    *,
    average_precision: Scores = None,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    """Draw precision against recall as steps, as average precision counts it.

    Parameters
    ----------
    precision, recall : array, shape (n,); or mapping of str to array
        Values at rising thresholds (recall falls); a mapping gives one curve for each name.
    average_precision : float or mapping of str to float, optional
        Average precision of each curve, written into the legend.
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
        ``recall`` or ``average_precision`` lacks a name of ``precision``, or has another.
    ValueError
        Arrays of different lengths, values outside [0, 1], no curve.
    TypeError
        Values that are no real numbers; a mapping beside an array.

    Examples
    --------
    >>> fig = precision_recall_curve([0.5, 1.0, 1.0], [1.0, 0.5, 0.0])
    >>> fig.axes[0].lines[0].get_xdata().tolist()
    [1.0, 0.5, 0.0]
    """
    curves = _curves(recall, precision, "recall", "precision")
    where = _square(ax, curves)
    name_axes(where.axes[0], "recall", "precision")
    texts = _texts(curves, average_precision, "AP", "average_precision")
    # Between two thresholds the precision is that of the one with the higher recall.
    pad = _draw(where.axes[0], curves, texts, steps="steps-post")
    return where.finish(title, pad=pad)


def _curves(x: Numbers, y: Numbers, x_name: str, y_name: str) -> Curves:
    """Both arguments as one dict of curves; a lone curve has the empty name."""
    if isinstance(x, Mapping) != isinstance(y, Mapping):
        raise TypeError(f"{x_name} and {y_name} must both be arrays or both be mappings")
    xs = dict(x) if isinstance(x, Mapping) else {"": x}
    ys = dict(y) if isinstance(y, Mapping) else {"": y}
    if xs.keys() != ys.keys():
        raise KeyError(
            f"{x_name} and {y_name} must have the same names, got {sorted(xs)} and {sorted(ys)}"
        )
    if not xs:
        raise ValueError(f"{x_name} must hold at least one curve, got none")
    curves = {}
    for name in xs:
        suffix = f"[{name!r}]" if name else ""
        across = vector(xs[name], x_name + suffix)
        up = vector(ys[name], y_name + suffix, length=len(across))
        for label, column in ((x_name, across), (y_name, up)):
            if not ((column >= 0) & (column <= 1)).all():
                raise ValueError(f"{label}{suffix} must lie in [0, 1], got a value outside")
        curves[str(name)] = (across, up)
    return curves


def _texts(curves: Curves, scores: Scores, what: str, argument: str) -> list[str]:
    """Legend entries: name and score, as far as they are known."""
    if scores is None:
        return list(curves)
    by_name = dict(scores) if isinstance(scores, Mapping) else {"": scores}
    if by_name.keys() != curves.keys():
        raise KeyError(
            f"{argument} must have the names of the curves, {sorted(curves)}, got {sorted(by_name)}"
        )
    return [f"{name}: {what} {by_name[name]:.3f}".removeprefix(": ") for name in curves]


def _square(ax: Target, curves: Curves) -> Place:
    where = place(ax, size=(4.6 if len(curves) == 1 else 6.6, 4.6))
    where.axes[0].set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    return where


def _draw(ax: Axes, curves: Curves, texts: list[str], *, steps: str) -> float:
    """Draw the curves and the legend; return the points that a title must stay above."""
    lines = []
    for index, (x, y) in enumerate(curves.values()):
        style = line_style(index) | {"drawstyle": steps, "linewidth": 1.2, "markersize": 4.0}
        lines += ax.plot(x, y, markevery=marked(y, index, markers=5), **style)
    if len(curves) > 1:
        legend_beside(ax, lines, texts)
    elif texts != [""]:
        return legend_above(ax, lines, texts)
    return 8.0
