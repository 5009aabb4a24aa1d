"""Unit 10: batch normalisation."""
