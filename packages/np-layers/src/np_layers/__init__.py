"""Neural network layers, losses and model files with nothing but NumPy, every gradient proven."""

__all__: list[str] = []
