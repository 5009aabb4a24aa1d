"""Classification metrics with scikit-learn's meaning, streaming and intervals, in NumPy alone."""

__all__: list[str] = []
