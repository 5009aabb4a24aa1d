"""AdamW: Adam with decoupled weight decay."""

from np_optim.adam import Adam
from np_optim.registry import register
from np_optim.schedules import Schedule


@register
class AdamW(Adam):
    """Adam with decoupled weight decay.

    First p ← p - lr λ p, then Adam's step with the gradient alone. In Adam itself λ p is part of g
    and is divided by √v, so weights with large gradients decay very little. (For SGD without
    momentum, coupled and decoupled decay are the same.)

    Parameters
    ----------
    lr, weight_decay, check_finite
        As in ``Optimizer``. The decay is decoupled; its default 0.01 is PyTorch's.
    betas, eps, amsgrad
        As in ``Adam``.

    References
    ----------
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. In the paper
    lr does not scale λ; here it does, as in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> AdamW(0.1, weight_decay=1.0).step(params, {"w": np.array([10.0, 20.0])})
    >>> params["w"]
    array([ 0.8, -1.9])
    """

    decoupled = True

    def __init__(
        self,
        lr: float | Schedule = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 1e-2,
        check_finite: bool = True,
    ) -> None:
        super().__init__(
            lr,
            betas=betas,
            eps=eps,
            amsgrad=amsgrad,
            weight_decay=weight_decay,
            check_finite=check_finite,
        )
