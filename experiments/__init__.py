"""Layers, optimizers, losses and transforms of your own; see docs/extend.md."""
