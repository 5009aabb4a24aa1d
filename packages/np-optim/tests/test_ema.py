"""Tests of EMA."""

import pickle
import re

import numpy as np
import pytest

from np_optim import EMA


def test_ema_follows_its_equation(arrays):
    ema, expected = EMA(0.8), arrays(0)
    for t in range(5):
        params = arrays(t)
        ema.update(params)
        for key, p in params.items():
            expected[key] = 0.8 * expected[key] + 0.2 * p
            np.testing.assert_array_equal(p, arrays(t)[key])
    for key, average in ema.value().items():
        np.testing.assert_allclose(average, expected[key], rtol=1e-12, atol=1e-15)


def test_first_update_copies_exact_bits(arrays):
    ema = EMA(0.9)
    ema.update(arrays(0, np.float32))
    for key, average in ema.value().items():
        np.testing.assert_array_equal(average, arrays(0, np.float32)[key])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ema_bits_do_not_depend_on_memory_layout(dtype):
    def value(t, order):
        return np.asarray(np.random.default_rng(t).normal(size=(300, 400)), dtype, order=order)

    averages = []
    for order in "CF":
        ema = EMA(0.9)
        for t in range(3):
            ema.update({"w": value(t, order)})
        averages.append(ema.value()["w"])
    assert averages[0].dtype == dtype
    np.testing.assert_array_equal(*averages)


def test_applied_puts_averages_into_params_and_restores_them_after_error():
    ema, params = EMA(0.5), {"w": np.array([1.0])}
    held = params["w"]
    ema.update(params)
    held[0] = 3.0
    ema.update(params)
    with pytest.raises(ZeroDivisionError), ema.applied(params):  # noqa: PT012
        assert held[0] == 2.0
        for call in (
            lambda: ema.update(params),
            lambda: ema.load_state_dict({}),
            lambda: ema.applied(params).__enter__(),
        ):
            with pytest.raises(RuntimeError, match=re.escape("params contain the averages")):
                call()
        raise ZeroDivisionError
    assert params["w"] is held
    assert held[0] == 3.0
    ema.update(params)
    assert ema.value()["w"][0] == 2.5


def test_ema_is_copied_by_pickle_and_has_a_repr():
    ema = EMA(0.5)
    ema.update({"w": np.ones(3)})
    other = pickle.loads(pickle.dumps(ema))  # noqa: S301
    np.testing.assert_array_equal(other.value()["w"], 1)
    assert repr(other) == "EMA(decay=0.5)"


def test_value_returns_read_only_arrays():
    ema = EMA(0.5)
    ema.update({"w": np.ones(3)})
    with pytest.raises(ValueError, match=re.escape("read-only")):
        ema.value()["w"][0] = 2.0


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_resumed_ema_has_same_bits(arrays, steps):
    whole, other = EMA(0.9), EMA(0.9)
    for t in range(5):
        if t == steps:
            other.load_state_dict(whole.state_dict())
        if t >= steps:
            other.update(arrays(t, np.float32))
        whole.update(arrays(t, np.float32))
    assert other.steps == whole.steps
    for key, average in whole.value().items():
        np.testing.assert_array_equal(other.value()[key], average)


def test_ema_rejects_bad_arguments_and_keeps_state():
    with pytest.raises(ValueError, match=re.escape("decay must be finite and from 0 to 1, got 2")):
        EMA(2)
    ema = EMA(0.9)
    with (
        pytest.raises(RuntimeError, match=re.escape("applied needs an average, got no update")),
        ema.applied({"w": np.ones(3)}),
    ):
        pass
    ema.update({"w": np.ones(3)})
    other = EMA(0.9)
    other.update({"w": np.ones(4)})
    state = other.state_dict()
    with pytest.raises(ValueError, match=re.escape("params['w'] must be float64 of shape (3,)")):
        ema.update({"w": np.ones(4)})
    with pytest.raises(KeyError, match=re.escape("params must have only the keys ['w'], got 'x'")):
        ema.update({"w": np.ones(3), "x": np.ones(3)})
    message = "state['w'] must be float64 of shape (3,), got float64 of shape (4,)"
    with pytest.raises(ValueError, match=re.escape(message)):
        ema.load_state_dict(state)
    state["optimizer"] = np.array("Adam")
    with pytest.raises(ValueError, match=re.escape("state 'optimizer' must be 'EMA', got 'Adam'")):
        ema.load_state_dict(state)
    assert ema.steps == 1
    np.testing.assert_array_equal(ema.value()["w"], 1)
