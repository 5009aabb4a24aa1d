"""Adagrad: each weight's learning rate falls as the sum of its squared gradients grows."""

import numpy as np

from np_optim import _checks
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class Adagrad(Optimizer):
    """Adagrad.

    At a parameter's step t = 1, 2, …::

        G ← G + g²                 from G = initial_accumulator_value
        p ← p - lr / (1 + (t - 1) · lr_decay) · g / (√G + ε)

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is coupled.
    lr_decay : float
        At least 0. An additional decay of the learning rate, which the paper does not have.
    initial_accumulator_value : float
        G before the first step, at least 0.
    eps : float
        ε > 0, outside the root.

    References
    ----------
    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization", JMLR 12, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> Adagrad(0.5).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"]
    array([ 0.5, -2.5])
    """

    def __init__(
        self,
        lr: float | Schedule = 1e-2,
        *,
        lr_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.lr_decay = _checks.number("lr_decay", lr_decay, 0.0)
        self.initial_accumulator_value = _checks.number(
            "initial_accumulator_value", initial_accumulator_value, 0.0
        )
        self.eps = _checks.positive("eps", eps)
        self.slots = ("sum",)

    def initial_value(self, slot: str) -> float:
        """Return the number that fills a new state array."""
        return self.initial_accumulator_value

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        G = slots["sum"]
        ε = _checks.nonzero(self.eps, p.dtype)
        G += g * g
        rate = lr / (1 + (t - 1) * self.lr_decay)
        p -= rate * (g / (np.sqrt(G) + ε))
