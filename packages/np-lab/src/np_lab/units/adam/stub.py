# mypy: ignore-errors
"""Unit 7: Adagrad, RMSprop, AdaDelta and Adam.

step(p, g) changes the array p in place; the caller holds the same array. It returns nothing, and
it does not change g. Squares, roots and divisions are element by element.
"""

import numpy as np


class Adagrad:
    """h ← h + g², then p ← p - lr g / (√h + ε)."""

    def __init__(self, lr, eps=1e-10):
        self.lr = lr
        self.eps = eps
        self.h = 0.0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: two lines.


class RMSprop:
    """h ← γ h + (1 - γ) g², then p ← p - lr g / (√h + ε)."""

    def __init__(self, lr, gamma=0.9, eps=1e-8):
        self.lr = lr
        self.gamma = gamma
        self.eps = eps
        self.h = 0.0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: two lines.


class AdaDelta:
    """h ← ρ h + (1 - ρ) g²; d = √(s + ε) / √(h + ε) · g; s ← ρ s + (1 - ρ) d²; p ← p - d."""

    def __init__(self, rho=0.9, eps=1e-6):
        self.rho = rho
        self.eps = eps
        self.h = 0.0
        self.s = 0.0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: four lines, in the order above.


class Adam:
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; p ← p - lr m̂ / (√v̂ + ε).

    m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ), where t is 1 in the first step.
    """

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.m = 0.0
        self.v = 0.0
        self.t = 0

    def step(self, p, g):
        """Change p in place."""
        # Write your code here: six lines.
