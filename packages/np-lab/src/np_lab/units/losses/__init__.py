"""Unit 4: softmax and cross entropy."""
