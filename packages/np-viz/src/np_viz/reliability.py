"""Whether a model that says 80 percent is right in 80 of 100 cases."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target, place
from np_viz._check import class_ids, count_of, numeric, vector
from np_viz._legend import legend_above
from np_viz._look import MUTED, name_axes
from np_viz._palette import BLUE, VERMILION

COLUMNS = ("confidence", "accuracy", "count")
SHARE = "#c9d3da"


def reliability_diagram(
    y_true: ArrayLike | Mapping[str, ArrayLike],
    y_prob: ArrayLike | None = None,
    *,
    bins: int = 10,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw accuracy against confidence, and the share of the samples in each bin.

    The confidence of a sample is the probability of its predicted class. Samples are put into
    ``bins`` intervals ``(lo, hi]`` of equal width; a point lies at the mean confidence and the
    accuracy of its bin, and an upright line joins it to the diagonal, where a calibrated model
    lies. The legend gives the expected calibration error
    ``ECE = sum_b n_b / N * |accuracy_b - confidence_b|`` (Guo et al., "On Calibration of Modern
    Neural Networks", 2017).

    Parameters
    ----------
    y_true : integer array, shape (N,); or mapping
        True class ids. Or the finished table: ``confidence``, ``accuracy`` and ``count`` of each
        bin; rows with count 0 are left out.
    y_prob : array, shape (N, K) or (N,)
        Probability rows; or the probability of class 1 where classes are 0 and 1, which is then
        drawn instead of the confidence. Left out with a table.
    bins : int
        Number of intervals. Not used with a table.
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
        The table lacks a column.
    ValueError
        Shapes that do not fit; a probability outside [0, 1]; a class id without a column.
    TypeError
        Values that are no real numbers, ids that are no integers; ``y_prob`` missing.

    Notes
    -----
    The calibration error depends on the bins: it is that of the ``bins`` intervals drawn, ten by
    default, and another number than the error over fifteen, which is np-metrics' default. Of
    probabilities ``p`` (N,) it compares ``p`` with the share of class 1, where np-metrics compares
    ``max(p, 1 - p)`` with the share of right predictions. With a given table the error is that of
    its bins.

    Examples
    --------
    >>> fig = reliability_diagram([0, 1], [[0.9, 0.1], [0.7, 0.3]], bins=5)
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['accuracy (ECE 0.400)', 'gap', 'share of samples']
    """
    if isinstance(y_true, Mapping):
        confidence, accuracy, count = _table(y_true)
    else:
        confidence, accuracy, count = _bin(y_true, y_prob, count_of(bins, "bins"))
    total = count.sum()
    ece = float(count @ np.abs(accuracy - confidence) / total) if total else 0.0

    where = place(ax, size=(5.4, 4.6), title=title)
    [axes] = where.axes
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), marker="None")
    axes.bar(
        confidence,
        count / (total or 1.0),
        width=0.4 / max(len(count), 10),
        color=SHARE,
        edgecolor="none",
        zorder=1.5,
    )
    axes.vlines(
        confidence, confidence, accuracy, colors=VERMILION, linewidth=2.2, linestyles="solid"
    )
    [points] = axes.plot(
        confidence,
        accuracy,
        color=BLUE,
        linestyle="None",
        marker="o",
        markersize=6.0,
        markerfacecolor=BLUE,
        markeredgecolor="white",
        markeredgewidth=0.7,
        zorder=3.0,
    )
    axes.set(xlim=(0.0, 1.02), ylim=(0.0, 1.04), aspect="auto")
    name_axes(axes, "confidence", "accuracy")
    gap = Line2D([], [], color=VERMILION, linewidth=2.2, linestyle="-", marker="None")
    texts = [f"accuracy (ECE {ece:.3f})", "gap", "share of samples"]
    pad = legend_above(axes, [points, gap, Patch(facecolor=SHARE, edgecolor="none")], texts)
    return where.finish(pad=pad)


Columns = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _table(table: Mapping[str, ArrayLike]) -> Columns:
    """Columns of a finished table, without empty bins."""
    for name in COLUMNS:
        if name not in table:
            raise KeyError(f"the table has no column {name!r}, it has {sorted(table)}")
    count = vector(table["count"], "count")
    full = count > 0
    confidence, accuracy = (vector(table[n], n, length=len(count))[full] for n in COLUMNS[:2])
    for name, column in (("confidence", confidence), ("accuracy", accuracy)):
        if not ((column >= 0) & (column <= 1)).all():
            raise ValueError(f"{name} must lie in [0, 1], got a value outside")
    return confidence, accuracy, count[full]


def _bin(y_true: ArrayLike, y_prob: ArrayLike | None, bins: int) -> Columns:
    """Mean confidence, accuracy and count of each bin that is not empty."""
    if y_prob is None:
        raise TypeError("y_prob is needed with y_true, got None: give the rows of probabilities")
    prob = numeric(y_prob, "y_prob")
    if prob.ndim not in (1, 2):
        raise ValueError(f"y_prob must have shape (N, K) or (N,), got {prob.shape}")
    truth = class_ids(y_true, "y_true", length=len(prob))
    if not ((prob >= 0) & (prob <= 1)).all():
        raise ValueError("y_prob must lie in [0, 1], got a value outside: give softmax rows")
    classes = 2 if prob.ndim == 1 else prob.shape[1]
    if len(truth) and truth.max() >= classes:
        raise ValueError(f"y_true must hold class ids below {classes}, got {truth.max()}")
    if len(prob) == 0:
        nothing = np.empty(0)
        return nothing, nothing, nothing
    if prob.ndim == 1:
        sure, right = prob.astype(np.float64), truth == 1
    else:
        sure, right = prob.max(axis=1).astype(np.float64), prob.argmax(axis=1) == truth
    inner = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    place_of = np.searchsorted(inner, sure, side="left")
    count = np.bincount(place_of, minlength=bins)
    full = count > 0
    sums = (np.bincount(place_of, weights=w, minlength=bins)[full] for w in (sure, right))
    confidence, accuracy = (s / count[full] for s in sums)
    return confidence, accuracy, count[full].astype(np.float64)
