"""Unit 2: the dense layer."""
