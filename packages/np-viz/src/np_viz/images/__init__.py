"""Figures of images, of weights drawn as images, and of predictions for images."""
