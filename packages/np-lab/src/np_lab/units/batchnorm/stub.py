# mypy: ignore-errors
"""Unit 10: batch normalisation of rows (batch, features)."""

import numpy as np


class BatchNorm:
    """y = gamma x̂ + beta with x̂ = (x - μ) / √(σ² + ε), for each feature by itself.

    In training μ and σ² are mean and variance of the batch (divided by N). The running statistics
    move towards them: running ← (1 - momentum) running + momentum batch, where the variance is
    divided by N - 1. Outside training the running statistics take the place of μ and σ².
    """

    def __init__(self, features, rng=None, momentum=0.1, eps=1e-5):
        self.gamma = np.ones(features)
        self.beta = np.zeros(features)
        self.dgamma = None
        self.dbeta = None
        self.running_mean = np.zeros(features)
        self.running_var = np.ones(features)
        self.momentum = momentum
        self.eps = eps

    def forward(self, x, training=True):
        """Return y (batch, features)."""
        # Write your code here: about nine lines; keep what backward needs.

    def backward(self, G):
        """Set self.dgamma and self.dbeta, and return dx for G = dL/dy.

        It is called after a forward in training.

        μ and σ² depend on every row of x. So dx_n depends on all rows of G.
        """
        # Write your code here: about five lines.
