"""Unit 6: SGD, momentum and Nesterov."""
