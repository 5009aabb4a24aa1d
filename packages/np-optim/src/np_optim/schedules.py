"""Learning-rate schedules."""

from np_optim import _checks
from np_optim.optimizer import Schedule


def constant(lr: float) -> Schedule:
    """Return the schedule lr(t) = lr."""
    lr = _checks.number("lr", lr, 0.0)
    return lambda t: lr
