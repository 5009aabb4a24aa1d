"""Adam: steps scaled by running averages of the gradient and of its square."""

import math
from collections.abc import Callable

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend
from np_optim.optimizer import Array, Optimizer, Rule, Scalars


class Adam(Optimizer):
    r"""Adam, with bias correction and optionally AMSGrad.

    At a parameter's step t = 1, 2, …::

        m ← β₁ m + (1 - β₁) g
        v ← β₂ v + (1 - β₂) g²
        p ← p - lr · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

    and with amsgrad the largest v so far takes the place of v in the last line.

    Parameters
    ----------
    lr : float or callable
        Learning rate, or a schedule that maps the step index to it.
    betas : pair of float
        β₁ and β₂, both in [0, 1).
    eps : float
        ε > 0, outside the root and after the bias correction: 1e-8 as in the paper, that is
        0.000 000 01.
    amsgrad : bool
        Never let the scale of a weight's step grow again (Reddi et al.).
    weight_decay : float
        λ of the coupled decay g ← g + λ p. It passes through the scaling; see AdamW for the
        decoupled kind.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
    Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR 2018. As in PyTorch, v is
    not corrected before the maximum is taken.

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
        lr: float | Callable[[int], float] = 1e-3,
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

    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        β1, β2 = self.betas
        first, second = scalars(β1, 1 - β1), scalars(β2, 1 - β2)
        # Both corrections are taken out of the quotient: they are one number each per step.
        root = math.sqrt(1 - β2**t)
        rate, ε = scalars(lr * root / (1 - β1**t), self.eps * root)

        def update(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            (m, v, *largest), s = slots, scratch[0]
            blend(m, g, first, s)  # m ← β₁ m + (1 - β₁) g
            np.multiply(g, g, out=s)
            blend(v, s, second, s)  # v ← β₂ v + (1 - β₂) g²
            if largest:
                v = np.maximum(largest[0], v, out=largest[0])
            np.sqrt(v, out=s)
            np.add(s, ε, out=s)
            np.divide(m, s, out=s)
            np.multiply(s, rate, out=s)
            np.subtract(p, s, out=p)  # p ← p - lr · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

        return update
