"""NAdam: Adam with Nesterov momentum."""

import math

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim._elementary import power
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class NAdam(Optimizer):
    """Adam with Nesterov momentum, whose coefficient μ rises towards β₁.

    At a parameter's step t = 1, 2, … with momentum decay ψ::

        μₜ = β₁ (1 - ½ · 0.96^(t ψ))
        m ← β₁ m + (1 - β₁) g
        v ← β₂ v + (1 - β₂) g²
        m̂ = μₜ₊₁ m / (1 - μ₁ ⋯ μₜ₊₁) + (1 - μₜ) g / (1 - μ₁ ⋯ μₜ)
        p ← p - lr m̂ / (√(v / (1 - β₂ᵗ)) + ε)

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``.
    betas, eps
        As in ``Adam``.
    momentum_decay : float
        ψ ≥ 0: how fast μ rises.
    decoupled_weight_decay : bool
        Use the decoupled decay p ← p - lr λ p, as in AdamW, instead of the coupled one.

    References
    ----------
    Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop, algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> NAdam(0.1).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"].round(4)
    array([ 0.8944, -2.1056])
    """

    def __init__(
        self,
        lr: float | Schedule = 2e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.betas = _checks.pair("betas", betas)
        self.eps = _checks.positive("eps", eps)
        self.momentum_decay = _checks.number("momentum_decay", momentum_decay, 0.0)
        self.decoupled = self.decoupled_weight_decay = decoupled_weight_decay
        self.slots = ("exp_avg", "exp_avg_sq")
        self._products = (0, 1.0)

    def _mu(self, t: int) -> float:
        return self.betas[0] * (1 - 0.5 * power(0.96, t * self.momentum_decay))

    def _mu_product(self, t: int) -> float:
        """Return μ₁ ⋯ μₜ, continued from the last product if that was an earlier one."""
        steps, product = self._products if self._products[0] <= t else (0, 1.0)
        for i in range(steps + 1, t + 1):
            product *= self._mu(i)
        self._products = (t, product)
        return product

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        m, v = slots["exp_avg"], slots["exp_avg_sq"]
        β1, β2 = self.betas
        product, next_μ = self._mu_product(t), self._mu(t + 1)
        # √(v / (1 - β₂ᵗ)) + ε = (√v + ε root) / root, as in Adam.
        root = math.sqrt(1 - power(β2, t))
        ε = _checks.nonzero(self.eps * root, p.dtype)
        ahead = lr * root * next_μ / (1 - product * next_μ)
        now = lr * root * (1 - self._mu(t)) / (1 - product)
        blend(m, g, β1)  # m ← β₁ m + (1 - β₁) g
        blend(v, g * g, β2)  # v ← β₂ v + (1 - β₂) g²
        p -= (ahead * m + now * g) / (np.sqrt(v) + ε)
