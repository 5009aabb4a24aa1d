"""Inner loops of the layers over images, and the memory and threads that they use."""
