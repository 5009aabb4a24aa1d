"""Adadelta: the step size follows from running averages of squared gradients and steps."""

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class Adadelta(Optimizer):
    """Adadelta.

    With decay ρ, in this order::

        v ← ρ v + (1 - ρ) g²
        Δ = √(u + ε) / √(v + ε) · g        with the new v and the old u
        u ← ρ u + (1 - ρ) Δ²
        p ← p - lr Δ

    The order matters: Δ uses the u of the earlier steps, because the new u needs Δ.

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is coupled. The paper has no learning rate, which is lr = 1.
    rho : float
        ρ in [0, 1].
    eps : float
        ε > 0, inside both roots. It alone sets the size of the first step, because u starts at 0.

    References
    ----------
    Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> Adadelta(rho=0.75, eps=1.0).step(params, {"w": np.array([0.0, 2.0])})
    >>> params["w"].round(4)
    array([ 1.    , -3.4142])
    """

    def __init__(
        self,
        lr: float | Schedule = 1.0,
        *,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.rho = _checks.number("rho", rho, 0.0, 1.0)
        self.eps = _checks.positive("eps", eps)
        self.slots = ("square_avg", "acc_delta")

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        v, u = slots["square_avg"], slots["acc_delta"]
        ε = _checks.nonzero(self.eps, p.dtype)
        blend(v, g * g, self.rho)  # v ← ρ v + (1 - ρ) g²
        Δ = np.sqrt((u + ε) / (v + ε)) * g
        blend(u, Δ * Δ, self.rho)  # u ← ρ u + (1 - ρ) Δ²
        p -= lr * Δ
