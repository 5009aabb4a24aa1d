"""The price of finding more of a class: how many of those found do not belong to it."""

from matplotlib.figure import Figure

from np_viz._axes import Target
from np_viz._curves import Numbers, Scores, draw_curves, legend_texts, read_curves, unit_square
from np_viz._look import name_axes


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
    curves = read_curves(recall, precision, "recall", "precision")
    where = unit_square(ax, curves, title)
    name_axes(where.axes[0], "recall", "precision")
    texts = legend_texts(curves, average_precision, "AP", "average_precision")
    # Between two thresholds the precision is that of the one with the higher recall.
    pad = draw_curves(where.axes[0], curves, texts, steps="steps-post")
    return where.finish(pad=pad)
