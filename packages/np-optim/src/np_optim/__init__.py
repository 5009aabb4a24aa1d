"""Optimizers, schedules and gradient clipping for dicts of NumPy arrays."""

__all__: list[str] = []
