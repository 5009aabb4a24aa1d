"""Lion: steps of one size, in the direction of the sign of a blended gradient."""

from collections.abc import Callable

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.optimizer import Array, Optimizer, Rule, Scalars


class Lion(Optimizer):
    """Lion, found by program search ("evolved sign momentum").

    The direction is blended with β₁, what is remembered with β₂::

        c = β₁ m + (1 - β₁) g
        p ← p - lr (sign(c) + λ p)
        m ← β₂ m + (1 - β₂) g

    Every weight moves by lr, so that lr is 3 to 10 times smaller than Adam's and λ as
    much larger.

    Parameters
    ----------
    lr : float or callable
        Learning rate, or a schedule that maps the step index to it.
    betas : pair of float
        β₁ and β₂, both in [0, 1).
    weight_decay : float
        λ of the decoupled decay.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

    References
    ----------
    Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, program 1 and
    algorithm 2. PyTorch has no counterpart.

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
        lr: float | Callable[[int], float] = 1e-4,
        *,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.betas = _checks.pair("betas", betas)
        self.slots = ("exp_avg",)

    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        β1, β2 = self.betas
        rate, opposite, keep, take = scalars(lr, -lr, β1, 1 - β1)
        huge = np.finfo(rate.dtype).max
        rates = scalars(β2, 1 - β2)

        def update(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            (m,), (s, r, *_) = slots, scratch
            np.multiply(m, keep, out=s)
            np.multiply(g, take, out=r)
            np.add(s, r, out=s)  # c = β₁ m + (1 - β₁) g
            # lr sign(c), without a branch per element as in np.sign: twice the largest number takes
            # even the smallest c beyond lr, where it is cut, and leaves 0 alone.
            np.multiply(s, huge, out=s)
            np.multiply(s, huge, out=s)
            np.minimum(s, rate, out=s)
            np.maximum(s, opposite, out=s)
            np.subtract(p, s, out=p)  # p ← p - lr sign(c)
            blend(m, g, rates, r)  # m ← β₂ m + (1 - β₂) g

        return update
