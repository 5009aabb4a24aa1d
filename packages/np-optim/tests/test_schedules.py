"""Tests of the schedules."""

import inspect
import math
import pickle
import re

import numpy as np
import pytest

import np_optim
from np_optim import schedules

MADE = {
    "constant": np_optim.constant(0.5),
    "step": np_optim.step(0.5, step_size=3, gamma=0.1),
    "exponential": np_optim.exponential(0.5, gamma=0.9),
    "cosine": np_optim.cosine(0.5, steps=10, final=0.1),
    "linear_warmup": np_optim.linear_warmup(0.5, steps=10, start=0.1),
    "one_cycle": np_optim.one_cycle(0.5, steps=10),
    "polynomial": np_optim.polynomial(0.5, steps=10, power=2, final=0.1),
    "piecewise": np_optim.piecewise([0.5, 0.1], boundaries=[3]),
    "join": np_optim.join([np_optim.constant(0.1), np_optim.constant(0.5)], boundaries=[3]),
}


def test_registry_has_every_schedule():
    public = {
        name
        for name, value in vars(schedules).items()
        if inspect.isclass(value) and value.__module__ == schedules.__name__ and name[0] != "_"
    }
    assert set(MADE) == public
    assert public <= set(np_optim.__all__)


@pytest.mark.parametrize("name", MADE)
def test_schedule_can_be_pickled_compared_and_printed(name):
    schedule = MADE[name]
    other = pickle.loads(pickle.dumps(schedule))  # noqa: S301
    assert other == schedule
    assert [other(t) for t in range(25)] == [schedule(t) for t in range(25)]
    assert eval(repr(schedule), vars(np_optim)) == schedule  # noqa: S307


@pytest.mark.parametrize("name", MADE)
def test_schedule_returns_finite_float_for_every_index(name):
    rates = [MADE[name](t) for t in [*range(25), 10**6]]
    assert all(type(rate) is float and math.isfinite(rate) and rate >= 0 for rate in rates)
    assert max(rates) <= 0.5
    assert MADE[name](np.int64(3)) == MADE[name](3)


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (MADE["step"], {0: 0.5, 2: 0.5, 3: 0.05, 5: 0.05, 6: 0.005}),
        (MADE["exponential"], {0: 0.5, 1: 0.45, 2: 0.405}),
        (MADE["cosine"], {0: 0.5, 5: 0.3, 10: 0.1, 11: 0.1, 1000: 0.1}),
        (MADE["linear_warmup"], {0: 0.1, 5: 0.3, 10: 0.5, 11: 0.5}),
        (MADE["polynomial"], {0: 0.5, 5: 0.2, 10: 0.1, 99: 0.1}),
        (MADE["piecewise"], {0: 0.5, 2: 0.5, 3: 0.1, 99: 0.1}),
        (MADE["join"], {2: 0.1, 3: 0.5}),
        # Up from 0.5/25 to 0.5 at step 0.3 · 10 - 1 = 2; halfway in time is halfway in rate.
        (MADE["one_cycle"], {0: 0.02, 1: 0.26, 2: 0.5, 9: 2e-6, 10: 2e-6}),
        (
            np_optim.one_cycle(1.0, steps=5, pct_start=3 / 5, anneal="linear"),
            {0: 0.04, 1: 0.52, 2: 1.0, 3: 0.500002, 4: 4e-6, 5: 4e-6},
        ),
        # No room for a rise: the first step is the peak or the fall.
        (np_optim.one_cycle(1.0, steps=10, pct_start=0.1), {0: 1.0, 9: 4e-6}),
        (np_optim.one_cycle(1.0, steps=1, pct_start=0.0), {0: 4e-6, 1: 4e-6}),
        (
            np_optim.join(
                [np_optim.linear_warmup(1.0, steps=4), MADE["cosine"], np_optim.constant(7.0)],
                boundaries=[4, 14],
            ),
            {0: 0.0, 3: 0.75, 4: 0.5, 9: 0.3, 13: MADE["cosine"](9), 14: 7.0, 15: 7.0},
        ),
    ],
)
def test_schedule_equals_numbers_worked_by_hand(schedule, rates):
    for t, rate in rates.items():
        assert schedule(t) == pytest.approx(rate, rel=1e-9), t


def test_exponential_growth_is_rejected_by_optimizer_when_it_becomes_infinite():
    optimizer = np_optim.SGD(np_optim.exponential(1e300, gamma=1e10))
    optimizer.steps = 1
    with pytest.raises(ValueError, match=re.escape("lr at step 1 must be finite")):
        _ = optimizer.current_lr


BAD = [
    (lambda: np_optim.constant(-1.0), ValueError, "lr must be finite and at least 0, got -1.0"),
    (lambda: np_optim.constant("0.1"), TypeError, "lr must be a number, got '0.1'"),
    (lambda: np_optim.step(1, step_size=0), ValueError, "step_size must be at least 1, got 0"),
    (
        lambda: np_optim.step(1, step_size=2.5),
        TypeError,
        "step_size must be a whole number, got 2.5",
    ),
    (lambda: np_optim.exponential(1, gamma=-1), ValueError, "gamma must be finite and at least 0"),
    (lambda: np_optim.cosine(1, steps=0), ValueError, "steps must be at least 1, got 0"),
    (lambda: np_optim.cosine(1, steps=5, final=-1), ValueError, "final must be finite and at"),
    (lambda: np_optim.linear_warmup(1, steps=True), TypeError, "steps must be a whole number"),
    (
        lambda: np_optim.linear_warmup(1, steps=5, start=math.nan),
        ValueError,
        "start must be finite and at least 0, got nan",
    ),
    (
        lambda: np_optim.polynomial(1, steps=5, power=0),
        ValueError,
        "power must be above 0, got 0",
    ),
    (
        lambda: np_optim.one_cycle(1, steps=5, pct_start=1.5),
        ValueError,
        "pct_start must be finite and from 0 to 1, got 1.5",
    ),
    (
        lambda: np_optim.one_cycle(1, steps=5, anneal="cos"),
        ValueError,
        "anneal must be one of ['cosine', 'linear'], got 'cos'",
    ),
    (
        lambda: np_optim.one_cycle(1, steps=5, div_factor=0),
        ValueError,
        "div_factor must be above 0, got 0",
    ),
    (
        lambda: np_optim.piecewise([1.0, 0.5], boundaries=[]),
        ValueError,
        "there must be one piece more than boundaries, got 2 pieces and 0 boundaries",
    ),
    (
        lambda: np_optim.piecewise([1.0, 0.5, 0.1], boundaries=[5, 5]),
        ValueError,
        "boundaries must ascend, got [5, 5]",
    ),
    (
        lambda: np_optim.piecewise([1.0, -0.5], boundaries=[5]),
        ValueError,
        "values[1] must be finite and at least 0, got -0.5",
    ),
    (
        lambda: np_optim.piecewise([1.0, 0.5], boundaries=[0]),
        ValueError,
        "boundaries[0] must be at least 1, got 0",
    ),
    (
        lambda: np_optim.join([np_optim.constant(1)], boundaries=[5]),
        ValueError,
        "there must be one piece more than boundaries, got 1 pieces and 1 boundaries",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD)
def test_schedule_rejects_bad_options(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
