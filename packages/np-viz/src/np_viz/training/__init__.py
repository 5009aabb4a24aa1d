"""Figures of training: learning curves, runs side by side, layers, and sweeps."""
