"""Adam: steps from running averages of the gradient and of its square."""

import math

import numpy as np

from np_optim import _checks
from np_optim._elementary import power
from np_optim.base import Array, Optimizer
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class Adam(Optimizer):
    r"""Adam, with bias correction and optionally AMSGrad.

    At a parameter's step t = 1, 2, …::

        m ← β₁ m + (1 - β₁) g
        v ← β₂ v + (1 - β₂) g²
        p ← p - lr · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

    With amsgrad, the last line uses the largest v so far instead of v.

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``; the decay is coupled, so it is divided by √v like the gradient. AdamW
        has the decoupled decay.
    betas : pair of float
        β₁ and β₂, both in [0, 1).
    eps : float
        ε > 0, outside the root and after the bias correction. The paper has 1e-8.
    amsgrad : bool
        Use the largest v so far, so that a weight's step size never grows (Reddi et al.).

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
    Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR 2018. As in PyTorch, the
    maximum is taken of v before its bias correction.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> Adam(0.1).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"]
    array([ 0.9, -2.1])
    """

    def __init__(
        self,
        lr: float | Schedule = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 0.0,
        check_finite: bool = True,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay, check_finite=check_finite)
        self.betas = _checks.pair("betas", betas)
        self.eps = _checks.positive("eps", eps)
        self.amsgrad = amsgrad
        self.slots = ("exp_avg", "exp_avg_sq") + ("max_exp_avg_sq",) * amsgrad

    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block, see ``Optimizer.update``."""
        m, v = slots["exp_avg"], slots["exp_avg_sq"]
        β1, β2 = self.betas
        # √(v / (1 - β₂ᵗ)) + ε = (√v + ε root) / root, so both bias corrections become numbers.
        root = math.sqrt(1 - power(β2, t))
        rate = lr * root / (1 - power(β1, t))
        ε = _checks.nonzero(self.eps * root, p.dtype)
        m *= β1
        m += (1 - β1) * g  # m ← β₁ m + (1 - β₁) g
        s = g * g
        s *= 1 - β2
        v *= β2
        v += s  # v ← β₂ v + (1 - β₂) g²
        if self.amsgrad:
            v = np.maximum(slots["max_exp_avg_sq"], v, out=slots["max_exp_avg_sq"])
        np.sqrt(v, out=s)
        s += ε
        np.divide(m, s, out=s)
        s *= rate
        p -= s  # p ← p - rate · m / (√v + ε), in one temporary array
