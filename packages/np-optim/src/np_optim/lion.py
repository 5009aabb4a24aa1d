"""Lion: steps of one size, along the sign of an averaged gradient."""

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class Lion(Optimizer):
    """Lion ("evolved sign momentum"), found by program search.

    β₁ gives the direction c of the step, β₂ the average m that is kept::

        c = β₁ m + (1 - β₁) g
        p ← p - lr (sign(c) + λ p)
        m ← β₂ m + (1 - β₂) g

    Every weight moves by lr. So lr should be 3 to 10 times smaller than Adam's, and λ as many
    times larger.

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is decoupled.
    betas : pair of float
        β₁ and β₂, both in [0, 1).

    References
    ----------
    Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, program 1 and
    algorithm 2. PyTorch does not have it.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0, 3.0])}
    >>> Lion(0.5).step(params, {"w": np.array([10.0, -0.1, 0.0])})
    >>> params["w"]
    array([ 0.5, -1.5,  3. ])
    """

    decoupled = True

    def __init__(
        self,
        lr: float | Schedule = 1e-4,
        *,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.betas = _checks.pair("betas", betas)
        self.slots = ("exp_avg",)

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        m = slots["exp_avg"]
        β1, β2 = self.betas
        c = β1 * m + (1 - β1) * g
        p -= lr * np.sign(c)
        blend(m, g, β2)  # m ← β₂ m + (1 - β₂) g
