"""Published data sets: what they are and where they come from."""
