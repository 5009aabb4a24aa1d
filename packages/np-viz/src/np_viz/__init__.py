"""Figures of images, training and evaluation: arrays in, a Matplotlib figure out."""

from np_viz.confusion import confusion_matrix
from np_viz.history import learning_curves
from np_viz.images import image_grid
from np_viz.saving import save_figure

__all__ = ["confusion_matrix", "image_grid", "learning_curves", "save_figure"]
