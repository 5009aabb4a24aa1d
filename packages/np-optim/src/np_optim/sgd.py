"""Gradient descent with optional momentum (Polyak, 1964) and Nesterov's form of it."""

from collections.abc import Callable

import numpy as np

from np_optim import _checks
from np_optim.optimizer import Array, Optimizer, Rule, Scalars


class SGD(Optimizer):
    r"""Stochastic gradient descent.

    Without momentum, p ← p - lr g. With momentum μ and dampening τ::

        b ← g                      at the first step, then
        b ← μ b + (1 - τ) g
        p ← p - lr b               or, with nesterov, p ← p - lr (g + μ b)

    Parameters
    ----------
    lr : float or callable
        Learning rate, or a schedule that maps the step index to it.
    momentum : float
        μ ≥ 0.
    dampening : float
        τ, at most 1. The first step is not dampened.
    nesterov : bool
        Step along g + μ b, which needs one gradient, at the point already looked ahead to.
        Needs momentum and no dampening.
    weight_decay : float
        λ of the coupled decay g ← g + λ p.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

    Notes
    -----
    The rate multiplies b, as in PyTorch, so that a change of lr acts on all momentum at once. In
    Sutskever's form, v ← μ v - lr g, it acts on new gradients only; for a constant rate the two
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
        lr: float | Callable[[int], float] = 1e-3,
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

    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        rate, μ, undampened = scalars(lr, self.momentum, 1 - self.dampening)

        def plain(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            s = scratch[0]
            np.multiply(g, rate, out=s)
            np.subtract(p, s, out=p)  # p ← p - lr g

        def heavy(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            (b,), s = slots, scratch[0]
            if t == 1:
                b[...] = g
            else:
                np.multiply(b, μ, out=b)
                np.multiply(g, undampened, out=s)
                np.add(b, s, out=b)  # b ← μ b + (1 - τ) g
            if not self.nesterov:
                return plain(p, b, [], scratch)
            np.multiply(b, μ, out=s)
            np.add(g, s, out=s)
            return plain(p, s, [], scratch)  # p ← p - lr (g + μ b)

        return heavy if self.momentum else plain
