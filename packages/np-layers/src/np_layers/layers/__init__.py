"""The layers, and the models that are made of them."""
