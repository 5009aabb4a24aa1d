"""Figures of evaluation: confusion matrix, ROC and precision-recall curves, calibration.

The arguments stand in the order in which np-metrics returns them, as in
``plot_roc_curve(*np_metrics.roc_curve(y_true, y_score))``.
"""
