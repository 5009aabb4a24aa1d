"""RMSprop: the gradient divided by its running root mean square."""

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class RMSprop(Optimizer):
    """RMSprop, optionally centered and with momentum.

    With smoothing α and momentum μ::

        v ← α v + (1 - α) g²
        a ← α a + (1 - α) g        only if centered; otherwise a = 0
        b ← μ b + g / (√(v - a²) + ε)
        p ← p - lr b

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is coupled.
    alpha : float
        α in [0, 1]. Some texts call it γ and use 0.9.
    eps : float
        ε > 0, outside the root.
    momentum : float
        μ ≥ 0.
    centered : bool
        Divide by the standard deviation instead of the root mean square. Where rounding makes
        v - a² negative, it counts as 0.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, 2012.
    Graves, "Generating Sequences With Recurrent Neural Networks", 2013, equations 38 to 45, for the
    centered form (there ε is inside the root).

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> RMSprop(0.5, alpha=0.75).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"].round(4)
    array([ 0., -3.])
    """

    def __init__(
        self,
        lr: float | Schedule = 1e-2,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.alpha = _checks.number("alpha", alpha, 0.0, 1.0)
        self.eps = _checks.positive("eps", eps)
        self.momentum = _checks.number("momentum", momentum, 0.0)
        self.centered = centered
        optional = {"grad_avg": centered, "momentum_buffer": self.momentum > 0}
        self.slots = ("square_avg", *(slot for slot, needed in optional.items() if needed))

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        v, α, μ = slots["square_avg"], self.alpha, self.momentum
        ε = _checks.nonzero(self.eps, p.dtype)
        blend(v, g * g, α)  # v ← α v + (1 - α) g²
        if self.centered:
            a = slots["grad_avg"]
            blend(a, g, α)  # a ← α a + (1 - α) g
            v = np.maximum(v - a * a, 0)
        step = g / (np.sqrt(v) + ε)
        if self.momentum:
            b = slots["momentum_buffer"]
            b *= μ
            b += step  # b ← μ b + g / (√(v - a²) + ε)
            step = b
        p -= lr * step
