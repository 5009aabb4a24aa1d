"""How a recipe is trained: network, task, gradients, loop and checkpoints."""
