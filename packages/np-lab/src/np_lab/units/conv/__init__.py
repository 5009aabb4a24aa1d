"""Unit 9: convolution and pooling."""
