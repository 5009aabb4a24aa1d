"""Data sets: where they come from, their samples, splits and transforms."""
