"""Activation functions as layers: each output element depends on its own input element or row."""
