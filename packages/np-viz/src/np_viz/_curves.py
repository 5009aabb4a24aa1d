"""Curves over the unit square: one pair of arrays, or a mapping of several by name."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from np_viz._axes import Place, Target, place
from np_viz._check import vector
from np_viz._legend import legend_above, legend_beside, name_in_legend
from np_viz._palette import line_style

Curves = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
Numbers = ArrayLike | Mapping[str, ArrayLike]
Scores = float | Mapping[str, float] | None


def read_curves(x: Numbers, y: Numbers, x_name: str, y_name: str) -> Curves:
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


def legend_texts(curves: Curves, scores: Scores, what: str, argument: str) -> list[str]:
    """Legend entries: name and score, as far as they are known."""
    if scores is None:
        return list(curves)
    by_name = dict(scores) if isinstance(scores, Mapping) else {"": scores}
    if by_name.keys() != curves.keys():
        raise KeyError(
            f"{argument} must have the names of the curves, {sorted(curves)}, got {sorted(by_name)}"
        )
    return [
        f"{name_in_legend(name)}: {what} {by_name[name]:.3f}".removeprefix(": ") for name in curves
    ]


def unit_square(ax: Target, curves: Curves, title: str | None) -> Place:
    where = place(ax, size=(4.6 if len(curves) == 1 else 6.6, 4.6), title=title)
    where.axes[0].set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    return where


def draw_curves(ax: Axes, curves: Curves, texts: list[str], *, steps: str) -> float:
    """Draw the curves and the legend; return the points that a title must stay above."""
    lines = []
    for index, (x, y) in enumerate(curves.values()):
        style = line_style(index) | {"drawstyle": steps, "linewidth": 1.2, "markersize": 4.0}
        marks = _marks(x, index) if len(curves) > 1 else []
        lines += ax.plot(x, y, markevery=marks, **style)
    if len(curves) > 1:
        legend_beside(ax, lines, texts)
    elif texts != [""]:
        return legend_above(ax, lines, texts)
    return 8.0


def _marks(x: NDArray[np.float64], index: int) -> list[int]:
    """Return the points nearest to four places along the axis, which differ from curve to curve."""
    places = np.arange(0.1, 1.0, 0.25) + 0.023 * (index % 10)
    return sorted({int(np.abs(x - place).argmin()) for place in places}) if len(x) else []
