"""AdamW: Adam with the weight decay beside the scaled step instead of inside it."""

from collections.abc import Callable

from np_optim.adam import Adam


class AdamW(Adam):
    """Adam with decoupled weight decay.

    p ← p - lr λ p, then Adam's step, whose averages m and v see the bare gradient. In Adam itself
    λ p is part of g and is divided by √v with it, so that weights with large gradients hardly
    decay; for SGD without momentum the two are the same.

    Parameters
    ----------
    lr : float or callable
        Learning rate, or a schedule that maps the step index to it. It scales the decay too.
    betas : pair of float
        β₁ and β₂, both in [0, 1).
    eps : float
        ε > 0, outside the root and after the bias correction.
    amsgrad : bool
        Never let the scale of a weight's step grow again.
    weight_decay : float
        λ of the decoupled decay; 0.01 unless told, as in PyTorch.
    check_finite : bool
        Refuse gradients with NaN or infinity before anything is changed.

    References
    ----------
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. Their λ is not scaled
    by lr; PyTorch's, and this one, is.

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
        lr: float | Callable[[int], float] = 1e-3,
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
