"""Adadelta: steps in the units of the parameter, from two running averages."""

from collections.abc import Callable

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.optimizer import Array, Optimizer, Rule, Scalars


class Adadelta(Optimizer):
    """Adadelta.

    With decay ρ, in this order::

        v ← ρ v + (1 - ρ) g²
        Δ = √(u + ε) / √(v + ε) · g        with the new v and the old u
        u ← ρ u + (1 - ρ) Δ²
        p ← p - lr Δ

    The order is the method: a u that already held Δ would have to know the step to scale it.

    Parameters
    ----------
    lr : float or callable
        A factor on the step; the paper has none, that is 1.
    rho : float
        ρ in [0, 1].
    eps : float
        ε > 0, inside both roots. It alone sets the size of the first step, as u begins at 0.
    weight_decay : float
        λ of the coupled decay g ← g + λ p.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

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
        lr: float | Callable[[int], float] = 1.0,
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

    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        rate, ε = scalars(lr, self.eps)
        rates = scalars(self.rho, 1 - self.rho)

        def update(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            (v, u), (s, r, *_) = slots, scratch
            np.multiply(g, g, out=s)
            blend(v, s, rates, s)  # v ← ρ v + (1 - ρ) g²
            np.add(u, ε, out=s)
            np.add(v, ε, out=r)
            np.divide(s, r, out=s)
            np.sqrt(s, out=s)
            np.multiply(s, g, out=s)  # Δ = √((u + ε) / (v + ε)) · g
            np.multiply(s, s, out=r)
            blend(u, r, rates, r)  # u ← ρ u + (1 - ρ) Δ²
            np.multiply(s, rate, out=s)
            np.subtract(p, s, out=p)  # p ← p - lr Δ

        return update
