"""Figures of images, training and evaluation: arrays in, a Matplotlib figure out."""

from np_viz.augmentation import augmentation_preview
from np_viz.comparison import result_comparison
from np_viz.confusion import confusion_matrix
from np_viz.histograms import activation_histograms, gradient_histograms
from np_viz.history import learning_curves
from np_viz.images import image_grid
from np_viz.means import class_means
from np_viz.mistakes import misclassified
from np_viz.precision_recall import precision_recall_curve
from np_viz.reliability import reliability_diagram
from np_viz.roc import roc_curve
from np_viz.runs import compare_runs
from np_viz.saliency import saliency_maps
from np_viz.saving import save_figure
from np_viz.sweep import sweep_table
from np_viz.weights import weight_grid

__all__ = [
    "activation_histograms",
    "augmentation_preview",
    "class_means",
    "compare_runs",
    "confusion_matrix",
    "gradient_histograms",
    "image_grid",
    "learning_curves",
    "misclassified",
    "precision_recall_curve",
    "reliability_diagram",
    "result_comparison",
    "roc_curve",
    "saliency_maps",
    "save_figure",
    "sweep_table",
    "weight_grid",
]
