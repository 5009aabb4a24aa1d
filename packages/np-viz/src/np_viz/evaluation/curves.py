"""ROC curves and precision-recall curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_shares, check_vector
from np_viz._legend import LONGEST_NAME, legend_above, legend_beside
from np_viz._style import DASHED, TICK_SIZE, label_axes, line_style
from np_viz._text import shorten_all

Curves = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


def plot_roc_curve(
    fpr: ArrayLike | Mapping[str, ArrayLike],
    tpr: ArrayLike | Mapping[str, ArrayLike],
    thresholds: ArrayLike | None = None,
    *,
    auc: float | Mapping[str, float] | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw the true positive rate against the false positive rate; the dashed line is chance.

    Parameters
    ----------
    fpr, tpr : array of shape (n,), or mapping of str to array
        Rates at falling thresholds. A mapping gives one curve for each name.
    thresholds : array, optional
        Not drawn. It is here so that ``plot_roc_curve(*np_metrics.roc_curve(y_true, y_score))``
        works.
    auc : float or mapping of str to float, optional
        Area under each curve, for the legend.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    KeyError
        ``fpr``, ``tpr`` and ``auc`` have different names.
    ValueError
        Arrays of different lengths; rates outside [0, 1] or NaN; no curve.
    TypeError
        Values that are not real numbers; a mapping beside an array.

    Examples
    --------
    >>> fig = plot_roc_curve([0.0, 0.0, 1.0], [0.0, 0.8, 1.0], auc=0.9)
    >>> fig.axes[0].get_legend().get_texts()[0].get_text()
    'AUC 0.900'
    """
    curves = _read_curves(fpr, tpr, "fpr", "tpr")
    texts = _legend_texts(curves, auc, "AUC", "auc")
    labels = "false positive rate", "true positive rate"
    return _draw(curves, texts, title, ax, labels=labels, diagonal=True)


def plot_precision_recall_curve(
    precision: ArrayLike | Mapping[str, ArrayLike],
    recall: ArrayLike | Mapping[str, ArrayLike],
    thresholds: ArrayLike | None = None,
    *,
    average_precision: float | Mapping[str, float] | None = None,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    """Draw precision against recall, in the steps that average precision sums.

    Parameters
    ----------
    precision, recall : array of shape (n,), or mapping of str to array
        Values at rising thresholds, so recall falls. A mapping gives one curve for each name.
    thresholds : array, optional
        Not drawn. It is here so that
        ``plot_precision_recall_curve(*np_metrics.precision_recall_curve(y_true, y_score))`` works.
    average_precision : float or mapping of str to float, optional
        Average precision of each curve, for the legend.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    KeyError, ValueError, TypeError
        As in ``plot_roc_curve``.

    Examples
    --------
    >>> fig = plot_precision_recall_curve([0.5, 1.0, 1.0], [1.0, 0.5, 0.0])
    >>> fig.axes[0].lines[0].get_xdata().tolist()
    [1.0, 0.5, 0.0]
    """
    curves = _read_curves(recall, precision, "recall", "precision")
    texts = _legend_texts(curves, average_precision, "AP", "average_precision")
    labels = "recall", "precision"
    # Between two thresholds, the precision of the one with the higher recall is drawn.
    return _draw(curves, texts, title, ax, labels=labels, steps="steps-post")


def _read_curves(
    x: ArrayLike | Mapping[str, ArrayLike],
    y: ArrayLike | Mapping[str, ArrayLike],
    x_name: str,
    y_name: str,
) -> Curves:
    """Return both arguments as one dict of curves; a single curve has the empty name."""
    if isinstance(x, Mapping) != isinstance(y, Mapping):
        raise TypeError(
            f"{x_name} and {y_name} must both be arrays or both be mappings, "
            f"got {type(x).__name__} and {type(y).__name__}"
        )
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
        across = check_vector(xs[name], x_name + suffix)
        up = check_vector(ys[name], y_name + suffix, length=len(across))
        curves[str(name)] = check_shares(across, x_name + suffix), check_shares(up, y_name + suffix)
    return curves


def _legend_texts(
    curves: Curves, scores: float | Mapping[str, float] | None, score_name: str, argument: str
) -> list[str]:
    """Return the legend entries: name and score, as far as they are known."""
    if scores is None:
        return list(curves)
    by_name = dict(scores) if isinstance(scores, Mapping) else {"": scores}
    if by_name.keys() != curves.keys():
        raise KeyError(
            f"{argument} must have the names of the curves, {sorted(curves)}, got {sorted(by_name)}"
        )
    return [
        f"{text}: {score_name} {by_name[name]:.3f}".removeprefix(": ")
        for text, name in zip(shorten_all(curves, LONGEST_NAME, TICK_SIZE), curves, strict=True)
    ]


def _draw(
    curves: Curves,
    texts: list[str],
    title: str | None,
    ax: AxesLike,
    *,
    labels: tuple[str, str],
    steps: str = "default",
    diagonal: bool = False,
) -> Figure:
    several = len(curves) > 1
    panels = make_panels(ax, size=(6.6 if several else 4.6, 4.6), title=title)
    [axes] = panels.axes
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    label_axes(axes, *labels)
    if diagonal:
        axes.plot([0, 1], [0, 1], **DASHED)
    lines = []
    for index, (x, y) in enumerate(curves.values()):
        style = line_style(index) | {"drawstyle": steps, "linewidth": 1.2, "markersize": 4.0}
        markers = (0.05 + 0.02 * (index % 10), 0.25) if several else []
        lines += axes.plot(x, y, markevery=markers, **style)
    if several:
        legend_beside(axes, lines, texts)
    pad = 8.0 if several or texts == [""] else legend_above(axes, lines, texts)
    return panels.finish(pad=pad)
