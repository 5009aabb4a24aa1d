"""Optimizer classes by name."""

from typing import TypeVar

from np_optim._names import Registry
from np_optim.base import Optimizer

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer")

C = TypeVar("C", bound=type[Optimizer])


def register(cls: C) -> C:
    """Make an optimizer class known under its class name, in the dictionary ``OPTIMIZERS``.

    Parameters
    ----------
    cls : type
        A subclass of ``Optimizer``; usable as a decorator.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    ValueError
        If another class has the name already.

    Examples
    --------
    >>> import numpy as np
    >>> @register
    ... class SignSGD(Optimizer):
    ...     def update(self, p, g, slots, lr, t):
    ...         p -= lr * np.sign(g)
    >>> OPTIMIZERS["SignSGD"] is SignSGD
    True
    >>> del OPTIMIZERS["SignSGD"]
    """
    return OPTIMIZERS.register(cls)
