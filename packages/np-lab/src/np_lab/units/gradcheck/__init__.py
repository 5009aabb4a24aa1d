"""Unit 5: gradient checks."""
