"""Read, verify, split, batch and augment MNIST-like data sets with nothing but NumPy."""

__all__: list[str] = []
