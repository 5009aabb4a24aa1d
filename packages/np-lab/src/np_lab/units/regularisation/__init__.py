"""Unit 8: initialisation, L2 and dropout."""
