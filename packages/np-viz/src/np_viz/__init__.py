"""Figures of images, training and evaluation: arrays in, a Matplotlib figure out.

Every function that draws

- returns the ``Figure`` that holds the drawing. A notebook shows it; ``save_figure`` writes it to a
  file. No window opens, ``pyplot`` is not used, and ``rcParams`` does not change.
- takes ``title``: a line above the drawing.
- takes ``ax``: where to draw. None makes a new figure. An ``Axes`` holds the drawing; functions
  with several panels divide it, or take a sequence with one ``Axes`` for each panel. An empty
  ``Figure`` or ``SubFigure`` gets new panels.
- raises ``ValueError`` for wrong shapes and values, ``TypeError`` for wrong types (also of ``ax``),
  ``KeyError`` for unknown names. The message says what is expected and what was given.

Images are (N, H, W), or (N, C, H, W) or (N, H, W, C) with one or three channels. Class ids are
integers from 0. A history is a dict of columns of equal length, such as ``val_loss``.
"""

import warnings

from np_viz.evaluation.confusion import plot_confusion_matrix
from np_viz.evaluation.curves import plot_precision_recall_curve, plot_roc_curve
from np_viz.evaluation.reliability import reliability_diagram
from np_viz.images.grid import augmentation_preview, class_means, image_grid
from np_viz.images.mistakes import misclassified
from np_viz.images.saliency import saliency_maps
from np_viz.images.weights import weight_grid
from np_viz.saving import save_figure
from np_viz.training.curves import learning_curves
from np_viz.training.histograms import activation_histograms, gradient_histograms
from np_viz.training.runs import compare_runs
from np_viz.training.sweep import sweep_table

__version__ = "0.2.0"

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

_RENAMED = ("confusion_matrix", "precision_recall_curve", "roc_curve")


def __getattr__(name: str) -> object:
    if name not in _RENAMED:
        raise AttributeError(f"module 'np_viz' has no attribute {name!r}")
    message = f"np_viz.{name} is now np_viz.plot_{name}; the old name goes in version 0.3"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return globals()[f"plot_{name}"]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
