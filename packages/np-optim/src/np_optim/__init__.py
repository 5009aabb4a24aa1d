"""Optimizers, schedules and gradient clipping for dicts of NumPy arrays."""

from np_optim.adam import Adam
from np_optim.optimizer import Optimizer
from np_optim.schedules import constant
from np_optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer", "constant"]
