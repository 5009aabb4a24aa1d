"""Figures of images, training and evaluation: arrays in, a Matplotlib figure out.

Every function that draws

- returns the ``Figure`` that holds the drawing. A notebook shows it; ``save_figure`` writes it to a
  file. Nothing is shown by itself, ``pyplot`` is not used, and ``rcParams`` does not change.
- takes ``title``: a line above the drawing.
- takes ``ax``: where to draw. None makes a new figure. An ``Axes`` is drawn in; functions with
  several panels divide it. In an empty ``Figure`` or ``SubFigure`` the panels are made. Functions
  with several panels also take one ``Axes`` for each.
- raises ``ValueError`` for wrong shapes and values, ``TypeError`` for wrong kinds (also of ``ax``),
  ``KeyError`` for unknown names. The message says what is expected and what was given.

Images are (N, H, W), or (N, C, H, W) or (N, H, W, C) with one or three channels. Class ids are
integers from 0. A history is a dict of columns of equal length, such as ``val_loss``.
"""

import warnings
from importlib.metadata import version

from np_viz.evaluation import (
    plot_confusion_matrix,
    plot_precision_recall_curve,
    plot_roc_curve,
    reliability_diagram,
)
from np_viz.images import (
    augmentation_preview,
    class_means,
    image_grid,
    misclassified,
    saliency_maps,
    weight_grid,
)
from np_viz.saving import save_figure
from np_viz.training import (
    activation_histograms,
    compare_runs,
    gradient_histograms,
    learning_curves,
    sweep_table,
)

__version__ = version("np-viz")

__all__ = [
    "activation_histograms",
    "augmentation_preview",
    "class_means",
    "compare_runs",
    "gradient_histograms",
    "image_grid",
    "learning_curves",
    "misclassified",
    "plot_confusion_matrix",
    "plot_precision_recall_curve",
    "plot_roc_curve",
    "reliability_diagram",
    "saliency_maps",
    "save_figure",
    "sweep_table",
    "weight_grid",
]

_RENAMED = {
    "confusion_matrix": plot_confusion_matrix,
    "precision_recall_curve": plot_precision_recall_curve,
    "roc_curve": plot_roc_curve,
}


def __getattr__(name: str) -> object:
    if name not in _RENAMED:
        raise AttributeError(f"module 'np_viz' has no attribute {name!r}")
    message = f"np_viz.{name} is now np_viz.plot_{name}; the old name goes in version 0.3"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return _RENAMED[name]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
