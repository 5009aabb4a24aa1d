"""Figures of evaluation: confusion matrix, ROC and precision-recall curves, calibration.

The arguments stand in the order in which np-metrics returns them, as in
``plot_roc_curve(*np_metrics.roc_curve(y_true, y_score))``.
"""

from np_viz.evaluation.confusion import plot_confusion_matrix
from np_viz.evaluation.curves import plot_precision_recall_curve, plot_roc_curve
from np_viz.evaluation.reliability import reliability_diagram

__all__ = [
    "plot_confusion_matrix",
    "plot_precision_recall_curve",
    "plot_roc_curve",
    "reliability_diagram",
]
