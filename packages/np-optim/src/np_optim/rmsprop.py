"""RMSprop: the gradient divided by a running root mean square of itself."""

from collections.abc import Callable

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.optimizer import Array, Optimizer, Rule, Scalars


class RMSprop(Optimizer):
    """RMSprop, optionally centered and with momentum.

    With smoothing α and momentum μ::

        v ← α v + (1 - α) g²
        a ← α a + (1 - α) g        only if centered; otherwise a = 0
        b ← μ b + g / (√(v - a²) + ε)
        p ← p - lr b

    Parameters
    ----------
    lr : float or callable
        Learning rate, or a schedule that maps the step index to it.
    alpha : float
        α in [0, 1], the γ of some texts, which take 0.9.
    eps : float
        ε > 0, outside the root.
    momentum : float
        μ ≥ 0.
    centered : bool
        Divide by the deviation from the running mean. Where rounding makes v - a² negative
        it counts as 0, so that the root exists.
    weight_decay : float
        λ of the coupled decay g ← g + λ p.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, 2012.
    Graves, "Generating Sequences With Recurrent Neural Networks", 2013, equations 38 to 45, for the
    centered form (with ε inside the root there).

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
        lr: float | Callable[[int], float] = 1e-2,
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

    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        rate, ε, μ, zero = scalars(lr, self.eps, self.momentum, 0.0)
        rates = scalars(self.alpha, 1 - self.alpha)

        def update(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            (v, *optional), (s, r, *_) = slots, scratch
            np.multiply(g, g, out=s)
            blend(v, s, rates, s)  # v ← α v + (1 - α) g²
            mean_square = v
            if self.centered:
                a = optional[0]
                blend(a, g, rates, r)  # a ← α a + (1 - α) g
                np.multiply(a, a, out=r)
                np.subtract(v, r, out=r)
                mean_square = np.maximum(r, zero, out=r)  # v - a²
            np.sqrt(mean_square, out=s)
            np.add(s, ε, out=s)
            np.divide(g, s, out=s)
            if self.momentum:
                b = optional[-1]
                np.multiply(b, μ, out=b)
                np.add(b, s, out=b)  # b ← μ b + g / (√(v - a²) + ε)
                s = np.multiply(b, rate, out=s)
            else:
                np.multiply(s, rate, out=s)
            np.subtract(p, s, out=p)  # p ← p - lr b

        return update
