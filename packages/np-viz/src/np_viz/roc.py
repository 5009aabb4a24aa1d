"""The price of finding more of a class: how many of the others are taken for it."""

from matplotlib.figure import Figure

from np_viz._axes import Target
from np_viz._curves import Numbers, Scores, draw_curves, legend_texts, read_curves, unit_square
from np_viz._look import MUTED, name_axes


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
    curves = read_curves(fpr, tpr, "fpr", "tpr")
    where = unit_square(ax, curves, title)
    where.axes[0].plot([0, 1], [0, 1], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), marker="")
    name_axes(where.axes[0], "false positive rate", "true positive rate")
    pad = draw_curves(
        where.axes[0], curves, legend_texts(curves, auc, "AUC", "auc"), steps="default"
    )
    return where.finish(pad=pad)
