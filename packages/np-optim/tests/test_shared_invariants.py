"""Invariants of every optimizer."""

import copy
import pickle
import re
import tracemalloc

import numpy as np
import pytest

import np_optim
from np_optim import _blocks

FLOATS = [np.float32, np.float64]


def run(optimizer, params, grads_of, steps):
    for t in steps:
        optimizer.step(params, grads_of(t))
    return params


def equal(one, other):
    assert one.keys() == other.keys()
    for key in one:
        np.testing.assert_array_equal(one[key], other[key], err_msg=key)
        assert one[key].dtype == other[key].dtype


def copied(arrays):
    return {key: array.copy() for key, array in arrays.items()}


def test_optimizer_approaches_minimum_of_quadratic(make, arrays):
    params, target, stretch = arrays(0), arrays(1), {k: a**2 + 0.5 for k, a in arrays(2).items()}

    def distance():
        return sum(float(np.sum((params[k] - target[k]) ** 2)) for k in params)

    optimizer, before = make(weight_decay=0.0), distance()
    for _ in range(600):
        optimizer.step(params, {k: stretch[k] * (params[k] - target[k]) for k in params})
    # Adadelta begins with steps of √ε and needs far longer than the others.
    assert distance() < (0.9 if isinstance(optimizer, np_optim.Adadelta) else 0.02) * before


@pytest.mark.parametrize("dtype", FLOATS)
def test_step_changes_params_in_place_and_keeps_dtype(make, arrays, dtype):
    params = arrays(0, dtype)
    held, before = dict(params), copied(params)
    run(make(), params, lambda t: arrays(t + 1, dtype), range(3))
    for key, p in params.items():
        assert p is held[key]
        assert p.dtype == dtype
        assert p.size == 0 or not np.array_equal(p, before[key])


def test_step_only_reads_grads(make, arrays):
    params, grads = arrays(0), arrays(1)
    before = copied(grads)
    for g in grads.values():
        g.flags.writeable = False
    run(make(), params, lambda t: grads, range(3))
    equal(grads, before)


def test_step_calls_schedule_once_with_step_index(make, arrays):
    asked = []

    def schedule(t):
        asked.append(t)
        return 0.01 * (t + 1)

    scheduled, stepped = make(lr=schedule), make(lr=0.01)
    params, others = arrays(0), arrays(0)
    for t in range(4):
        scheduled.step(params, arrays(t + 1))
        stepped.lr = 0.01 * (t + 1)
        stepped.step(others, arrays(t + 1))
    assert asked == [0, 1, 2, 3]
    assert scheduled.current_lr == 0.05
    equal(params, others)


@pytest.mark.parametrize("dtype", FLOATS)
def test_bits_do_not_depend_on_memory_layout_or_block_size(make, arrays, dtype, monkeypatch):
    shapes = {"a": (6, 50), "b": (3, 4, 5), "c": (7,), "d": (1, 300), "e": ()}
    shapes |= {f"short {i}": (3, i) for i in range(7)}
    plain = run(make(), arrays(0, dtype, shapes), lambda t: arrays(t + 1, dtype, shapes), range(4))
    monkeypatch.setattr(_blocks, "BLOCK", 40)

    def odd(array):
        """Return the same values as a transposed view with gaps."""
        room = np.zeros([2 * n for n in reversed(array.shape)], array.dtype)
        view = room[(..., *[slice(None, None, 2)] * array.ndim)].T
        view[...] = array
        return view

    for dress in (copied, lambda arrays: {key: odd(array) for key, array in arrays.items()}):
        params = dress(arrays(0, dtype, shapes))
        optimizer = make()
        run(optimizer, params, lambda t, d=dress: d(arrays(t + 1, dtype, shapes)), range(4))
        equal(params, plain)


def test_step_updates_other_arrays_under_same_keys(make, arrays):
    shapes = {"long": (80, 60), "short": (3,)}
    straight = run(
        make(), arrays(0, shapes=shapes), lambda t: arrays(t + 1, shapes=shapes), range(4)
    )
    optimizer = make()
    first = run(
        optimizer, arrays(0, shapes=shapes), lambda t: arrays(t + 1, shapes=shapes), range(2)
    )
    left, second = copied(first), copied(first)
    run(optimizer, second, lambda t: arrays(t + 1, shapes=shapes), range(2, 4))
    equal(second, straight)
    equal(first, left)


def test_step_accepts_both_dtypes_and_any_order_of_keys(make, arrays):
    def mixed(seed):
        return {f"{d.__name__}/{k}": a for d in FLOATS for k, a in arrays(seed, d).items()}

    together = run(make(), mixed(0), lambda t: mixed(t + 1), range(3))
    for key in list(together):
        alone = {key: mixed(0)[key]}
        run(make(), alone, lambda t, k=key: {k: mixed(t + 1)[k]}, range(3))
        np.testing.assert_array_equal(alone[key], together[key], err_msg=key)
    turned = dict(reversed(mixed(0).items()))
    run(make(), turned, lambda t: mixed(t + 1), range(3))
    equal(dict(reversed(turned.items())), together)


def test_new_parameter_starts_fresh_and_absent_parameter_keeps_state(make, arrays):
    def part(keys, t):
        return {key: arrays(t)[key] for key in keys}

    early, late = ("0.weight", "0.bias"), ("scale", "kernel")
    optimizer, params = make(), arrays(0)
    first, second = {k: params[k] for k in early}, {k: params[k] for k in late}
    run(optimizer, first, lambda t: part(early, t + 1), range(3))
    before = copied(first)
    run(optimizer, first | second, lambda t: part(early + late, t + 1), range(3, 5))
    rested = copied(first)
    run(optimizer, second, lambda t: part(late, t + 1), range(5, 8))
    equal(first, rested)
    assert not np.array_equal(before["0.bias"], rested["0.bias"])
    equal(first, run(make(), part(early, 0), lambda t: part(early, t + 1), range(5)))
    equal(second, run(make(), part(late, 0), lambda t: part(late, t + 1), range(3, 8)))


@pytest.mark.parametrize("copied_by", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301
def test_copied_or_unpickled_optimizer_continues_with_same_bits(make, arrays, copied_by):
    optimizer, params = make(lr=np_optim.cosine(0.1, steps=9)), arrays(0)
    run(optimizer, params, lambda t: arrays(t + 1), range(3))
    twin, twins = copied_by(optimizer), copied(params)
    run(optimizer, params, lambda t: arrays(t + 1), range(3, 6))
    run(twin, twins, lambda t: arrays(t + 1), range(3, 6))
    equal(twins, params)
    equal(twin.state_dict(), optimizer.state_dict())


def test_step_accepts_other_keys_than_the_step_before(make):
    optimizer = make()
    for key in ("head", "body"):
        optimizer.step({key: np.ones(3)}, {key: np.ones(3)})
    assert {"step/head", "step/body"} <= optimizer.state_dict().keys()


def test_step_needs_less_memory_than_one_parameter(make):
    size = 1 << 20
    params = {"w": np.ones(size, np.float32), "f": np.ones((1024, 1024), np.float32, order="F")}
    grads = {"w": np.ones(size, np.float32), "f": np.ones((1024, 1024), np.float32).T}
    optimizer = make()
    optimizer.step(params, grads)
    tracemalloc.start()
    optimizer.step(params, grads)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.5 * params["w"].nbytes


def test_repr_constructs_an_equal_optimizer(make):
    optimizer = make(lr=np_optim.cosine(0.1, steps=3))
    again = eval(repr(optimizer), vars(np_optim))  # noqa: S307
    assert type(again) is type(optimizer)
    assert repr(again) == repr(optimizer)
    assert again.lr == optimizer.lr


def test_repr_shows_every_option():
    assert repr(np_optim.Adam()) == (
        "Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-08, amsgrad=False, weight_decay=0.0, "
        "check_finite=True)"
    )


def test_empty_dict_counts_as_step(make):
    optimizer = make()
    optimizer.step({}, {})
    assert optimizer.steps == 1


def test_step_accepts_numpy_scalar_as_gradient_of_0d_parameter(make):
    params, others = {"a": np.array(2.0)}, {"a": np.array(2.0)}
    make().step(params, {"a": params["a"] * 3})
    make().step(others, {"a": np.array(6.0)})
    equal(params, others)
    with pytest.raises(ValueError, match=re.escape("params['a'] must be writeable")):
        make().step({"a": np.float64(2.0)}, {"a": np.float64(6.0)})


def test_step_ignores_errstate_raise(make):
    params = {"w": np.array([1.0, 1e30, 1e-30], np.float32)}
    with np.errstate(all="raise"):
        run(
            make(),
            params,
            lambda t: {"w": np.array([1e-38, 1e30, 1e-20], np.float32)},
            range(3),
        )


def test_centered_rmsprop_stays_finite_when_variance_rounds_below_zero():
    params, g = {"w": np.zeros(100, np.float32)}, np.linspace(0.1, 3, 100, dtype=np.float32)
    optimizer = np_optim.RMSprop(1e-3, alpha=0.5, centered=True)
    for _ in range(60):
        optimizer.step(params, {"w": g})
    state = optimizer.state_dict()
    assert (state["square_avg/w"] - state["grad_avg/w"] ** 2).min() < 0
    assert np.isfinite(params["w"]).all()


BROKEN = {
    "missing": (lambda g: g.pop("0.bias"), KeyError, "grads must have the key '0.bias'"),
    "unknown": (
        lambda g: g.update(x=np.ones(3)),
        KeyError,
        "got 'x'; drop it",
    ),
    "shape": (
        lambda g: g.update({"0.weight": np.ones((4, 5))}),
        ValueError,
        "grads['0.weight'] must be float64 of shape (5, 4), got float64 of shape (4, 5)",
    ),
    "dtype": (
        lambda g: g.update({"0.bias": np.ones(4, np.float32)}),
        ValueError,
        "grads['0.bias'] must be float64 of shape (4,), got float32 of shape (4,)",
    ),
    "integers": (
        lambda g: g.update({"0.bias": np.ones(4, np.int64)}),
        ValueError,
        "grads['0.bias'] must be native float32 or float64, got dtype('int64')",
    ),
    "swapped bytes": (
        lambda g: g.update({"0.bias": np.ones(4, ">f8")}),
        ValueError,
        "grads['0.bias'] must be native float32 or float64, got dtype('>f8')",
    ),
    "list": (
        lambda g: g.update({"0.bias": [1.0] * 4}),
        TypeError,
        "grads['0.bias'] must be a NumPy array, got [1.0, 1.0, 1.0, 1.0]",
    ),
    "nan": (
        lambda g: g["scale"].fill(np.nan),
        FloatingPointError,
        "grads['scale'] must be finite, got NaN or infinity",
    ),
    "infinity": (
        lambda g: g["scale"].fill(-np.inf),
        FloatingPointError,
        "grads['scale'] must be finite, got NaN or infinity",
    ),
}


@pytest.mark.parametrize("steps", [0, 2])
@pytest.mark.parametrize("fault", BROKEN)
def test_step_with_bad_gradient_changes_nothing(make, arrays, fault, steps):
    spoil, error, message = BROKEN[fault]
    optimizer, params = make(), arrays(0)
    run(optimizer, params, lambda t: arrays(t + 1), range(steps))
    before, state = copied(params), optimizer.state_dict()
    grads = arrays(9)
    grads["last"], params["last"] = np.ones(2), np.ones(2)
    before["last"] = np.ones(2)
    spoil(grads)
    with pytest.raises(error, match=re.escape(message)):
        optimizer.step(params, grads)
    equal(params, before)
    equal(optimizer.state_dict(), state)


def test_step_with_bad_parameter_changes_nothing(make, arrays):
    optimizer, params = make(), arrays(0)
    params["scale"].flags.writeable = False
    before = copied(params)
    with pytest.raises(ValueError, match=re.escape("params['scale'] must be writeable")):
        optimizer.step(params, arrays(1))
    equal(params, before)
    with pytest.raises(TypeError, match=re.escape("params must be a dict of arrays")):
        optimizer.step([np.ones(3)], arrays(1))


def test_step_rejects_parameters_that_share_memory(make):
    w = np.ones((3, 3))
    grads = {"a": np.ones((3, 3)), "b": np.ones((3, 3))}
    message = "params must not share memory, got 'a' and 'b' in one place"
    with pytest.raises(ValueError, match=re.escape(message)):
        make().step({"a": w, "b": w.T}, grads)
    columns = np.ones((3, 6))
    make().step({"a": columns[:, ::2], "b": columns[:, 1::2]}, grads)
    np.testing.assert_array_equal(w, 1)


def test_second_step_rejects_parameters_that_share_memory(make):
    a, b = np.ones(3), np.ones(3)
    grads = {"a": np.ones(3), "b": np.ones(3)}
    optimizer = make()
    optimizer.step({"a": a, "b": b}, grads)
    before = a.copy()
    with pytest.raises(ValueError, match="params must not share memory, got 'a' and 'b'"):
        optimizer.step({"a": a, "b": a}, grads)
    np.testing.assert_array_equal(a, before)


@pytest.mark.parametrize("size", [5, 5000])
@pytest.mark.parametrize("view", [lambda p: p, lambda p: p[:], lambda p: p[::-1]])
def test_gradients_that_are_views_of_parameters_keep_values_of_before_step(make, size, view):
    rng = np.random.default_rng(1)
    params = {key: rng.normal(size=size) for key in "ab"}
    expected, optimizer, reference = copied(params), make(), make()
    for _ in range(3):
        crossed = {"a": view(params["b"]), "b": view(params["a"])}
        reference.step(expected, copied(crossed))
        optimizer.step(params, crossed)
        equal(params, expected)
    reference.step(expected, copied(params))
    optimizer.step(params, params)
    equal(params, expected)


def test_gradients_may_share_a_buffer_with_parameters(make):
    buffer = bytearray(np.random.default_rng(1).normal(size=10000).tobytes())
    views = [memoryview(buffer)[:40000], memoryview(buffer)[40000:]]
    halves = [np.asarray(view).view(float) for view in views]
    params = dict(zip("ab", halves, strict=True))
    crossed = {
        "a": np.frombuffer(buffer, float, 5000, 40000),
        "b": np.frombuffer(buffer, float, 5000),
    }
    expected = copied(params)
    make().step(expected, copied(crossed))
    make().step(params, crossed)
    equal(params, expected)


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf])
def test_bad_rate_is_rejected_from_option_and_from_schedule(make, arrays, rate):
    with pytest.raises(ValueError, match=re.escape("lr must be finite and at least 0, got")):
        make(lr=rate)
    optimizer, params = make(lr=lambda t: rate if t else 0.1), arrays(0)
    optimizer.step(params, arrays(1))
    before = copied(params)
    with pytest.raises(ValueError, match=re.escape("lr at step 1 must be finite and at least 0")):
        optimizer.step(params, arrays(1))
    equal(params, before)


def test_check_finite_false_accepts_nan(make):
    params = {"w": np.ones(3)}
    make(check_finite=False).step(params, {"w": np.array([np.nan, 1.0, 1.0])})
    np.testing.assert_array_equal(np.isnan(params["w"][1:]), False)


def test_large_finite_gradients_are_accepted(make):
    params = {"w": np.ones(3, np.float32)}
    make().step(params, {"w": np.full(3, 1e30, np.float32)})


BAD_OPTIONS = [
    ("SGD", {"momentum": -1.0}, ValueError, "momentum must be finite and at least 0, got -1.0"),
    ("SGD", {"dampening": 2.0}, ValueError, "dampening must be finite and from 0 to 1, got 2.0"),
    ("SGD", {"nesterov": True}, ValueError, "nesterov needs momentum above 0 and dampening of 0"),
    (
        "SGD",
        {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
        ValueError,
        "nesterov needs momentum above 0 and dampening of 0",
    ),
    ("SGD", {"lr": "0.1"}, TypeError, "lr must be a number, got '0.1'"),
    ("SGD", {"lr": True}, TypeError, "lr must be a number, got True"),
    ("SGD", {"weight_decay": -0.1}, ValueError, "weight_decay must be finite and at least 0"),
    ("Adagrad", {"lr_decay": -1}, ValueError, "lr_decay must be finite and at least 0, got -1"),
    ("Adagrad", {"eps": 0}, ValueError, "eps must be above 0, got 0"),
    ("RMSprop", {"alpha": 1.5}, ValueError, "alpha must be finite and from 0 to 1, got 1.5"),
    ("Adadelta", {"rho": -0.1}, ValueError, "rho must be finite and from 0 to 1, got -0.1"),
    ("Adam", {"betas": (0.9, 1.0)}, ValueError, "betas[1] must be below 1, got 1.0"),
    ("Adam", {"betas": 0.9}, ValueError, "betas must be two numbers, got 0.9"),
    ("Adam", {"betas": (0.9,)}, ValueError, "betas must be two numbers, got (0.9,)"),
    ("NAdam", {"momentum_decay": -1.0}, ValueError, "momentum_decay must be finite and at least"),
    ("Lion", {"betas": (-0.1, 0.9)}, ValueError, "betas[0] must be finite and from 0 to 1"),
]


@pytest.mark.parametrize(("name", "options", "error", "message"), BAD_OPTIONS)
def test_constructor_rejects_bad_options(name, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        getattr(np_optim, name)(**options)
