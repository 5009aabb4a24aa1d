"""Figures of images, of weights drawn as images, and of predictions for images."""

from np_viz.images.augmentation import augmentation_preview
from np_viz.images.grid import image_grid
from np_viz.images.means import class_means
from np_viz.images.mistakes import misclassified
from np_viz.images.saliency import saliency_maps
from np_viz.images.weights import weight_grid

__all__ = [
    "augmentation_preview",
    "class_means",
    "image_grid",
    "misclassified",
    "saliency_maps",
    "weight_grid",
]
