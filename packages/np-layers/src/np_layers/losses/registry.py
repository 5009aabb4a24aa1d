"""Loss functions by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from np_layers._names import Registry
from np_layers._types import Array

LOSSES: Registry[Callable[..., tuple[float, Array]]] = Registry("loss")

F = TypeVar("F", bound=Callable[..., Any])


def register_loss(loss: F) -> F:
    """Make a loss function known under its name, in the dictionary ``LOSSES``.

    Parameters
    ----------
    loss : function
        Called as ``loss(outputs, targets, reduction="mean")``, with options of its own as further
        keywords; it returns the loss, a float, and its gradient with respect to the outputs.
        Usable as a decorator.

    Returns
    -------
    function
        The same function.

    Raises
    ------
    ValueError
        If another function has the name already.

    Examples
    --------
    >>> @register_loss
    ... def hinge(outputs, targets, *, reduction="mean"):
    ...     scale = 1 / outputs.size if reduction == "mean" else 1
    ...     margin = np.maximum(1 - targets * outputs, 0)
    ...     return float(margin.sum() * scale), -targets * (margin > 0) * scale
    >>> import numpy as np
    >>> LOSSES["hinge"](np.array([0.5, 2.0]), np.array([1, 1]))
    (0.25, array([-0.5,  0. ]))
    >>> del LOSSES["hinge"]
    """
    return LOSSES.register(loss)
