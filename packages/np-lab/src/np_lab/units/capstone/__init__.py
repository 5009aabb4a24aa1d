"""Unit 12: capstone, train a network."""
