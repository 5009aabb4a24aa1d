"""The inner loops of layers over images, and the memory and threads that they use."""
