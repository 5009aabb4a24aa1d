"""Figures of images, training and evaluation from plain arrays; byte-reproducible files."""

__all__: list[str] = []
