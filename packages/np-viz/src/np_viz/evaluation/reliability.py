"""Reliability diagram: the accuracy of a model at each level of its confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from np_viz._axes import AxesLike, make_panels
from np_viz._checks import check_shares, check_vector
from np_viz._legend import legend_above
from np_viz._style import DASHED, VERMILION, label_axes, line_style

BAR = "#c9d3da"
VISIBLE = 0.015  # a smaller gap is hidden behind its point


def reliability_diagram(
    confidence: ArrayLike,
    accuracy: ArrayLike,
    counts: ArrayLike,
    *,
    title: str | None = None,
    ax: AxesLike = None,
) -> Figure:
    r"""Draw accuracy against confidence for each bin, and the share of the samples in it.

    The points of a calibrated model lie on the dashed diagonal. A vertical line from each point to
    the diagonal shows the gap. The legend gives the expected calibration error of these bins,

        ECE = Σ_b counts_b / Σ counts · |accuracy_b − confidence_b|.

    Another function computes the bins, as in
    ``reliability_diagram(*np_metrics.calibration_curve(y_true, y_prob))``.
    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.

    Parameters
    ----------
    confidence, accuracy : array of shape (bins,)
        Mean confidence and accuracy of each bin; NaN if the bin is empty.
    counts : array of shape (bins,)
        Number of samples in each bin.
    title, ax
        Line above the drawing, and where to draw: see ``np_viz``.

    Raises
    ------
    ValueError
        Different lengths; a negative or infinite count; in a bin with samples, a confidence or
        accuracy outside [0, 1] or NaN.
    TypeError
        Values that are not real numbers.

    Examples
    --------
    >>> fig = reliability_diagram([0.3, 0.9], [0.5, 0.8], [10, 30])
    >>> [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    ['accuracy (ECE 0.125)', 'gap', 'share of samples']
    """
    n = check_vector(counts, "counts")
    if not (np.isfinite(n) & (n >= 0)).all():
        raise ValueError(f"counts must be finite and not negative, got {n.tolist()}")
    full = n > 0
    p = check_vector(confidence, "confidence", length=len(n))[full]
    a = check_vector(accuracy, "accuracy", length=len(n))[full]
    share = n[full] / (n.sum() or 1.0)
    gaps = np.abs(check_shares(a, "accuracy") - check_shares(p, "confidence"))

    panels = make_panels(ax, size=(5.4, 4.6), title=title)
    [axes] = panels.axes
    axes.plot([0, 1], [0, 1], **DASHED)
    bars = Patch(facecolor=BAR, edgecolor="none")
    axes.bar(p, share, width=0.4 / max(len(p), 10), color=BAR, edgecolor="none", zorder=1.5)
    lines = axes.vlines(p, p, a, colors=VERMILION, linewidth=2.2, linestyles="solid")
    points_only = {"linestyle": "None", "markersize": 6.0, "markeredgewidth": 0.7, "zorder": 3.0}
    [points] = axes.plot(p, a, **(line_style(0) | points_only))
    axes.set(xlim=(0.0, 1.02), ylim=(0.0, 1.04), aspect="auto")
    label_axes(axes, "confidence", "accuracy")
    handles: list[Any] = [points, lines, bars]
    texts = [f"accuracy (ECE {share @ gaps:.3f})", "gap", "share of samples"]
    if not (gaps > VISIBLE).any():
        del handles[1], texts[1]
    return panels.finish(pad=legend_above(axes, handles, texts))
