"""How a recipe is trained: its network, its gradients, the loop, and going on after a stop."""
