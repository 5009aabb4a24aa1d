"""Figures of training: learning curves, comparisons of runs, histograms of layers, and sweeps."""
