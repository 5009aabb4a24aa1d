"""How the values inside a network are spread, layer by layer."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Target
from np_viz._check import numeric
from np_viz._histograms import Spread, draw_histograms, zeros_and_lost
from np_viz._palette import BLUE, GREEN


def activation_histograms(
    activations: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw a histogram of the activations of each layer.

    Below the layer's name stand mean, standard deviation and the share of exact zeros: a layer of
    rectified units whose share is near one has died, a sigmoid layer whose values lie at both ends
    is saturated. Every panel has its own range.

    Parameters
    ----------
    activations : mapping of str to array, any shape
        By layer name; drawn in this order.
    bins : int
        Number of bars.
    title : str, optional
        Line above all panels.
    ax : Axes, sequence of Axes, Figure or SubFigure, optional
        Where to draw: an Axes for each layer, one Axes that is divided among them, or an empty
        figure; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the panels.

    Raises
    ------
    ValueError
        No layer; as many axes as layers are needed.
    TypeError
        No mapping, or values that are no real numbers.

    Examples
    --------
    >>> fig = activation_histograms({"1 ReLU": [0.0, 0.0, 1.0, 2.0]})
    >>> fig.axes[0].get_title(loc="left")
    '1 ReLU\nmean 0.75, std 0.829\n50 % zero'
    """
    spreads = {name: _spread(v) for name, v in _layers(activations, "activations").items()}
    return draw_histograms(
        spreads, bins, title, ax, colour=BLUE, quantity="activation", shared=None
    )


def gradient_histograms(
    gradients: Mapping[str, ArrayLike],
    *,
    bins: int = 40,
    title: str | None = None,
    ax: Target = None,
) -> Figure:
    r"""Draw a histogram of the size of the gradients of each layer or parameter.

    The axis is ``log10 |g|`` with the same range in every panel, so that gradients that vanish or
    explode from layer to layer move to the left or to the right. Below the name stand the median of
    ``|g|`` and the share of exact zeros, which have no logarithm and are not drawn.

    Parameters
    ----------
    gradients : mapping of str to array, any shape
        By name, such as the dict of a model's gradients; drawn in this order.
    bins : int
        Number of bars.
    title : str, optional
        Line above all panels.
    ax : Axes, sequence of Axes, Figure or SubFigure, optional
        Where to draw: an Axes for each name, one Axes that is divided among them, or an empty
        figure; a new figure by default.

    Returns
    -------
    Figure
        The figure that holds the panels.

    Raises
    ------
    ValueError
        No layer; as many axes as layers are needed.
    TypeError
        No mapping, or values that are no real numbers.

    Examples
    --------
    >>> fig = gradient_histograms({"0.weight": [0.1, -0.01, 0.001, 0.0]})
    >>> fig.axes[0].get_title(loc="left")
    '0.weight\nmedian |g| 0.0055\n25 % zero'
    """
    spreads = {name: _logarithms(v) for name, v in _layers(gradients, "gradients").items()}
    drawn = [s.values for s in spreads.values() if s.values.size]
    low = min((float(v.min()) for v in drawn), default=0.0)
    high = max((float(v.max()) for v in drawn), default=0.0)
    return draw_histograms(
        spreads, bins, title, ax, colour=GREEN, quantity="log10 |g|", shared=(low, high)
    )


def _layers(layers: Mapping[str, ArrayLike], name: str) -> dict[str, NDArray[np.float64]]:
    if not isinstance(layers, Mapping):
        raise TypeError(f"{name} must be a mapping of name to array, got {type(layers).__name__}")
    if not layers:
        raise ValueError(f"{name} must hold at least one layer, got none")
    return {
        str(key): numeric(value, f"{name}[{key!r}]").astype(np.float64).ravel()
        for key, value in layers.items()
    }


def _spread(values: NDArray[np.float64]) -> Spread:
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):  # of squares: the deviation is infinite then
        first = f"mean {finite.mean():.3g}, std {finite.std():.3g}" if finite.size else "no values"
    return Spread(finite, (first, zeros_and_lost(values, finite)))


def _logarithms(values: NDArray[np.float64]) -> Spread:
    sizes = np.abs(values[np.isfinite(values)])
    first = f"median |g| {np.median(sizes):.3g}" if sizes.size else "no values"
    return Spread(np.log10(sizes[sizes > 0]), (first, zeros_and_lost(values, sizes)))
