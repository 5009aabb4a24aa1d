"""Stochastic gradient descent, with optional momentum (Polyak, 1964) or Nesterov momentum."""

from np_optim import _checks
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class SGD(Optimizer):
    r"""Stochastic gradient descent.

    Without momentum, p ← p - lr g. With momentum μ and dampening τ::

        b ← g                      at the first step, then
        b ← μ b + (1 - τ) g
        p ← p - lr b               or, with nesterov, p ← p - lr (g + μ b)

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is coupled.
    momentum : float
        μ ≥ 0.
    dampening : float
        τ in [0, 1]. The first step is not dampened.
    nesterov : bool
        Step along g + μ b. Needs momentum, and dampening of 0.

    Notes
    -----
    As in PyTorch, lr multiplies b, so a change of lr acts on the whole momentum at once. In
    Sutskever's form, v ← μ v - lr g, it acts on new gradients only. For a constant lr the two forms
    agree.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    learning", ICML 2013.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> SGD(0.1, momentum=0.9).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"]
    array([ 0., -4.])
    """

    def __init__(
        self,
        lr: float | Schedule = 1e-3,
        *,
        momentum: float = 0.0,
        dampening: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.momentum = _checks.number("momentum", momentum, 0.0)
        self.dampening = _checks.number("dampening", dampening, 0.0, 1.0)
        self.nesterov = nesterov
        if nesterov and (self.momentum == 0 or self.dampening != 0):
            raise ValueError(
                "nesterov needs momentum above 0 and dampening of 0, "
                f"got momentum={momentum!r}, dampening={dampening!r}; pass momentum=0.9"
            )
        self.slots = ("momentum_buffer",) if self.momentum else ()

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        μ, τ = self.momentum, self.dampening
        if μ:
            b = slots["momentum_buffer"]
            if t == 1:
                b[...] = g
            else:
                b *= μ
                b += (1 - τ) * g  # b ← μ b + (1 - τ) g
            g = g + μ * b if self.nesterov else b
        p -= lr * g
