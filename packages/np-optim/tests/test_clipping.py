"""Clipping by norm and by value."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from np_optim import clip_by_norm, clip_by_value

FLOATS = [np.float32, np.float64]


def exact_norm(grads):
    return math.hypot(*(float(x) for g in grads.values() for x in g.ravel()))


def test_clip_equals_numbers_worked_by_hand():
    grads = {"a": np.array([[3.0], [0.0]]), "b": np.array(4.0)}
    clipped, norm = clip_by_norm(grads, 2.5)
    assert norm == 5.0
    scale = 2.5 / 5.000001
    np.testing.assert_allclose(clipped["a"], [[3 * scale], [0.0]], rtol=1e-14)
    np.testing.assert_allclose(clipped["b"], 4 * scale, rtol=1e-14)
    np.testing.assert_array_equal(
        clip_by_value({"a": np.array([-5.0, 0.25, 5.0])}, 0.5)["a"], [-0.5, 0.25, 0.5]
    )


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 70_001, 200_000])
def test_clip_by_norm_returns_exact_norm_of_long_arrays(dtype, size):
    g = np.random.default_rng(size).normal(size=size).astype(dtype)
    expected = math.sqrt(math.fsum(float(x) ** 2 for x in g))
    _, norm = clip_by_norm({"g": g}, math.inf)
    assert norm == pytest.approx(expected, rel=1e-7 if dtype is np.float32 else 1e-14)


@settings(deadline=None)
@example(g=np.array(3.40265e38, np.float32), limit=0.015625)
@given(
    g=hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=0, min_side=0),
        elements=hnp.from_dtype(np.dtype(np.float32), allow_nan=False, allow_infinity=False),
    ),
    limit=st.just(0.0) | st.floats(1e-20, 1e6),
)
def test_clip_by_norm_keeps_limit_and_direction(g, limit):
    clipped, norm = clip_by_norm({"g": g}, limit)
    assert norm == pytest.approx(exact_norm({"g": g}), rel=1e-5)
    assert exact_norm(clipped) <= limit * (1 + 1e-5)
    scale = min(1.0, limit / (norm + 1e-6))
    np.testing.assert_allclose(clipped["g"], g.astype(np.float64) * scale, rtol=1e-5, atol=1e-37)
    assert clipped["g"].dtype == np.float32
    assert clipped["g"].shape == g.shape


@pytest.mark.parametrize("value", [1e-30, 1e-170, 1e200, 1e300])
def test_clip_by_norm_returns_norm_when_squares_overflow_or_underflow(value):
    with np.errstate(all="raise"):
        _, norm = clip_by_norm({"g": np.full(4, value), "h": np.zeros((2, 0))}, math.inf)
    assert norm == pytest.approx(2 * value)
    if value < 1e38 and value > 1e-38:
        _, norm = clip_by_norm({"g": np.full(4, value, np.float32)}, 1.0)
        assert norm == pytest.approx(2 * value)


def test_clip_by_norm_accepts_no_arrays_and_zero_gradients():
    assert clip_by_norm({}, 1.0) == ({}, 0.0)
    clipped, norm = clip_by_norm({"g": np.zeros(3)}, 1.0)
    assert norm == 0.0
    np.testing.assert_array_equal(clipped["g"], 0)


def test_clip_by_value_changes_nothing_for_limit_beyond_dtype():
    grads = {"w": np.array([-3e38, 1.0], np.float32)}
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(clip_by_value(grads, 1e300)["w"], grads["w"])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_clip_returns_new_arrays_and_only_reads_argument(clip):
    grads = {"a": np.array([3.0, 4.0]), "f": np.ones((3, 4), order="F")}
    for limit in (0.5, 100.0):
        before = {key: g.copy() for key, g in grads.items()}
        result = clip(grads, limit)
        clipped = result[0] if isinstance(result, tuple) else result
        for key, g in grads.items():
            np.testing.assert_array_equal(g, before[key])
            assert not np.shares_memory(clipped[key], g)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_clip_writes_out_which_may_be_the_argument(clip):
    grads = {"a": np.array([3.0, 4.0])}
    expected = clip(grads, 0.5)
    expected = expected[0] if isinstance(expected, tuple) else expected
    held = grads["a"]
    result = clip(grads, 0.5, out=grads)
    assert (result[0] if isinstance(result, tuple) else result) is grads
    assert grads["a"] is held
    np.testing.assert_array_equal(held, expected["a"])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_clip_by_norm_rejects_nan_and_infinity_before_writing(bad):
    grads = {"a": np.ones(3), "b": np.array([1.0, bad])}
    with pytest.raises(FloatingPointError, match=re.escape("grads['b'] must be finite")):
        clip_by_norm(grads, 1.0, out=grads)
    np.testing.assert_array_equal(grads["a"], 1)


BAD = [
    ({"a": np.ones(2)}, -1.0, None, ValueError, "must be finite and at least 0, got -1.0"),
    ({"a": np.ones(2)}, np.nan, None, ValueError, "must be finite and at least 0, got nan"),
    ({"a": np.ones(2, int)}, 1.0, None, ValueError, "grads['a'] must be native float32"),
    ({"a": [1.0]}, 1.0, None, TypeError, "grads['a'] must be a NumPy array, got [1.0]"),
    ({"a": np.ones(2)}, 1.0, {}, KeyError, "out must have the key 'a'"),
    ({"a": np.ones(2)}, 1.0, {"a": np.ones(3)}, ValueError, "out['a'] must be float64 of shape"),
    (
        {"a": np.ones(2)},
        1.0,
        {"a": np.broadcast_to(1.0, 2)},
        ValueError,
        "out['a'] must be writeable",
    ),
]


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize(("grads", "limit", "out", "error", "message"), BAD)
def test_clip_rejects_bad_arguments(clip, grads, limit, out, error, message):
    with pytest.raises(error, match=re.escape(message)):
        clip(grads, limit, out=out)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clip_by_norm_norm_depends_on_no_order_and_equals_the_exact_sum(dtype):
    rng = np.random.default_rng(0)
    g = (rng.normal(size=200_001) * np.exp(rng.normal(size=200_001) * 5)).astype(dtype)
    _, norm = clip_by_norm({"a": g[:70_000], "b": g[70_000:]}, 1.0)
    _, shuffled = clip_by_norm({"a": rng.permutation(g)}, 1.0)
    assert norm == shuffled
    exact = math.sqrt(math.fsum(float(x) ** 2 for x in g))
    assert abs(norm - exact) <= 2 * math.ulp(exact)
