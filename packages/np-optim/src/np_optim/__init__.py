"""Optimizers, learning-rate schedules and gradient clipping for dicts of NumPy arrays."""

from np_optim import testing
from np_optim.adadelta import Adadelta
from np_optim.adagrad import Adagrad
from np_optim.adam import Adam
from np_optim.adamw import AdamW
from np_optim.base import Optimizer
from np_optim.clipping import clip_by_norm, clip_by_value
from np_optim.ema import EMA
from np_optim.lion import Lion
from np_optim.nadam import NAdam
from np_optim.registry import OPTIMIZERS, register
from np_optim.rmsprop import RMSprop
from np_optim.schedules import (
    constant,
    cosine,
    exponential,
    join,
    linear_warmup,
    one_cycle,
    piecewise,
    polynomial,
    step,
)
from np_optim.sgd import SGD

__all__ = [
    "EMA",
    "OPTIMIZERS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "clip_by_norm",
    "clip_by_value",
    "constant",
    "cosine",
    "exponential",
    "join",
    "linear_warmup",
    "one_cycle",
    "piecewise",
    "polynomial",
    "register",
    "step",
    "testing",
]

__version__ = "0.2.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
