"""Figures of training: learning curves, runs side by side, layers, and sweeps."""

from np_viz.training.curves import learning_curves
from np_viz.training.histograms import activation_histograms, gradient_histograms
from np_viz.training.runs import compare_runs
from np_viz.training.sweep import sweep_table

__all__ = [
    "activation_histograms",
    "compare_runs",
    "gradient_histograms",
    "learning_curves",
    "sweep_table",
]
