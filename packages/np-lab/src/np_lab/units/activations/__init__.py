"""Unit 3: activations."""
