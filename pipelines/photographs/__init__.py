"""From a photograph of a digit on paper to a picture as MNIST has them."""
