"""Tests of state_dict, load_state_dict and resumed runs."""

import io
import re

import numpy as np
import pytest

import np_optim


def equal(one, other):
    assert one.keys() == other.keys()
    for key in one:
        np.testing.assert_array_equal(one[key], other[key], err_msg=key)


def through_a_file(state):
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    with np.load(file) as loaded:
        return dict(loaded)


@pytest.mark.parametrize("used_before", [0, 2])
@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_resumed_run_has_same_bits(make, arrays, steps, used_before, dtype):
    schedule = np_optim.cosine(0.1, steps=6)
    whole, params = make(lr=schedule), arrays(0, dtype)
    for t in range(6):
        if t == steps:
            state = through_a_file(whole.state_dict())
            resumed = {key: p.copy() for key, p in params.items()}
        whole.step(params, arrays(t + 1, dtype))
    other = make(lr=schedule)
    for t in range(used_before):
        other.step(arrays(50, dtype), arrays(t, dtype))
    other.load_state_dict(state)
    for t in range(steps, 6):
        other.step(resumed, arrays(t + 1, dtype))
    equal(resumed, params)
    equal(other.state_dict(), whole.state_dict())


def test_state_dict_and_load_state_dict_copy_arrays(make, arrays):
    shapes = {"long": (5000,), "short": (3,)}
    optimizer, params = make(), arrays(0, shapes=shapes)
    optimizer.step(params, arrays(1, shapes=shapes))
    state = optimizer.state_dict()
    kept = {key: array.copy() for key, array in state.items()}
    optimizer.step(params, arrays(2, shapes=shapes))
    equal(state, kept)
    optimizer.load_state_dict(state)
    optimizer.step(params, arrays(3, shapes=shapes))
    equal(state, kept)


def test_state_dict_names_entries_by_slot_and_parameter():
    optimizer = np_optim.Adam(amsgrad=True)
    optimizer.step({"0.weight": np.ones((2, 3))}, {"0.weight": np.ones((2, 3))})
    state = optimizer.state_dict()
    assert {key: array.shape for key, array in state.items()} == {
        "optimizer": (),
        "step": (),
        "step/0.weight": (),
        "exp_avg/0.weight": (2, 3),
        "exp_avg_sq/0.weight": (2, 3),
        "max_exp_avg_sq/0.weight": (2, 3),
    }
    assert state["optimizer"] == "Adam"
    np.testing.assert_allclose(state["exp_avg/0.weight"], 0.1)


def adam_state(**arrays):
    optimizer = np_optim.Adam()
    optimizer.step(arrays, {key: np.ones_like(a) for key, a in arrays.items()})
    return optimizer.state_dict()


REFUSED = {
    "other class": (
        lambda s: s.update(optimizer=np.array("SGD")),
        ValueError,
        "state 'optimizer' must be 'Adam', got 'SGD'",
    ),
    "no class": (lambda s: s.pop("optimizer"), KeyError, "state must have the key 'optimizer'"),
    "no step": (lambda s: s.pop("step"), KeyError, "state must have the key 'step'"),
    "missing slot": (
        lambda s: s.pop("exp_avg_sq/w"),
        KeyError,
        "state must have the key 'exp_avg_sq/w'",
    ),
    "slot of an option": (
        lambda s: s.update({"max_exp_avg_sq/w": s["exp_avg/w"]}),
        KeyError,
        "of Adam, got the key 'max_exp_avg_sq/w'; construct the optimizer with the options",
    ),
    "shape": (
        lambda s: s.update({"exp_avg/w": np.ones(4), "exp_avg_sq/w": np.ones(4)}),
        ValueError,
        "state['exp_avg/w'] must be float64 of shape (3,), got float64 of shape (4,)",
    ),
    "unequal shapes": (
        lambda s: s.update({"exp_avg_sq/w": np.ones(4)}),
        ValueError,
        "state['exp_avg_sq/w'] must be float64 of shape (3,), got float64 of shape (4,)",
    ),
    "dtype": (
        lambda s: s.update({"exp_avg_sq/w": np.ones(3, int)}),
        ValueError,
        "state['exp_avg_sq/w'] must be native float32 or float64, got dtype('int64')",
    ),
    "negative step": (
        lambda s: s.update({"step/w": np.array(-1)}),
        ValueError,
        "state['step/w'] must be at least 0, got -1",
    ),
    "fractional step": (
        lambda s: s.update(step=np.array(1.5)),
        ValueError,
        "state['step'] must be a whole number, got array(1.5)",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_load_state_dict_rejects_wrong_state_and_keeps_old_one(fault):
    spoil, error, message = REFUSED[fault]
    optimizer = np_optim.Adam()
    optimizer.step({"w": np.ones(3)}, {"w": np.ones(3)})
    before, state = optimizer.state_dict(), adam_state(w=np.ones(3))
    spoil(state)
    with pytest.raises(error, match=re.escape(message)):
        optimizer.load_state_dict(state)
    equal(optimizer.state_dict(), before)


def test_load_state_dict_rejects_state_of_every_other_optimizer(make):
    state = make().state_dict()
    for name in ("SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "NAdam", "Lion"):
        if name != str(state["optimizer"]):
            message = f"state 'optimizer' must be {name!r}, got {str(state['optimizer'])!r}"
            with pytest.raises(ValueError, match=re.escape(message)):
                getattr(np_optim, name)().load_state_dict(state)


def test_first_step_compares_loaded_state_with_params():
    optimizer = np_optim.Adam()
    optimizer.load_state_dict(adam_state(w=np.ones((3, 2))))
    p = np.ones((2, 3))
    message = "state['exp_avg/w'] must be float64 of shape (2, 3), got float64 of shape (3, 2)"
    with pytest.raises(ValueError, match=re.escape(message)):
        optimizer.step({"w": p}, {"w": np.ones((2, 3))})
    np.testing.assert_array_equal(p, 1)


def test_first_step_rejects_loaded_state_with_other_keys():
    optimizer = np_optim.Adam()
    optimizer.load_state_dict(adam_state(old=np.ones(3)))
    p = np.ones(3)
    message = "params must have the key 'old' of the loaded state, got the unknown key 'new'"
    with pytest.raises(KeyError, match=re.escape(message)):
        optimizer.step({"new": p}, {"new": np.ones(3)})
    np.testing.assert_array_equal(p, 1)
    optimizer.step({"new": p, "old": np.ones(3)}, {"new": np.ones(3), "old": np.ones(3)})
    assert optimizer.state_dict()["step/new"] == 1


def test_resumed_run_may_add_parameters(make, arrays):
    whole, resumed, params = make(), make(), arrays(0)
    head = {"0.bias": params["0.bias"]}
    whole.step(head, {"0.bias": arrays(1)["0.bias"]})
    resumed.load_state_dict(whole.state_dict())
    others = {key: p.copy() for key, p in params.items()}
    for t in range(2, 5):
        whole.step(params, arrays(t))
        resumed.step(others, arrays(t))
    equal(others, params)
