"""Random changes of images while training."""
