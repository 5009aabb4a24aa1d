"""Scale and Standardize: exact statistics, round trips through JSON, order of calls."""

import copy
import json
import math
import pickle
import re
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from np_data import Scale, Standardize, transform_from_dict
from np_data._moments import mean_and_std

BYTES = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=6))


def test_scale_divides_in_float32():
    x = np.arange(256, dtype=np.uint8).reshape(16, 16)
    y = Scale().apply(x)
    assert y.dtype == np.float32
    assert (y == np.array([np.float32(v) / np.float32(255) for v in x.flat]).reshape(16, 16)).all()
    assert Scale(dtype=np.float64).fit(x).apply(x)[15, 15] == 1.0
    assert (x == np.arange(256).reshape(16, 16)).all()


@given(x=BYTES)
def test_moments_of_bytes_are_exact_fractions_rounded_once(x):
    def exact(values):
        values = [Fraction(int(v)) for v in values]
        mean = sum(values) / len(values)
        return float(mean), math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))

    mean, std = mean_and_std(x, per_feature=False)
    assert (float(mean), float(std)) == exact(x.ravel())
    means, stds = mean_and_std(x, per_feature=True)
    assert means.shape == stds.shape == x.shape[1:]
    for where in np.ndindex(*x.shape[1:]):
        assert (means[where], stds[where]) == exact(x[(slice(None), *where)])


@given(
    x=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5),
        elements=st.floats(-1e6, 1e6),
    )
)
def test_moments_of_floats_equal_the_statistics_module(x):
    mean, std = mean_and_std(x, per_feature=False)
    assert mean == pytest.approx(statistics.fmean(x.ravel()), rel=1e-12, abs=1e-9)
    assert std == pytest.approx(statistics.pstdev(x.ravel()), rel=1e-9, abs=1e-9)
    means, stds = mean_and_std(x, per_feature=True)
    assert np.allclose(means, x.mean(axis=0), rtol=1e-12, atol=1e-9)
    assert np.allclose(stds, x.std(axis=0), rtol=1e-9, atol=1e-9)


def test_moments_of_many_rows_equal_exact_sums():
    x = np.random.default_rng(0).integers(0, 256, (2000, 3), dtype=np.uint8)
    assert mean_and_std(x, per_feature=False)[0] == int(x.astype(np.int64).sum()) / x.size
    y = x.astype(np.float32)
    for per_feature in (False, True):
        for ours, other in zip(
            mean_and_std(x, per_feature=per_feature),
            mean_and_std(y, per_feature=per_feature),
            strict=True,
        ):
            assert np.allclose(ours, other, rtol=1e-13)


@pytest.mark.parametrize("rows", [1, 7, 1000])
@pytest.mark.parametrize("value", [0.1, -1 / 3, 1e300, 5e-324, -0.0, 2**62 + 2**10])
def test_constant_is_its_own_mean_with_deviation_zero(rows, value):
    """Seven times 0.1, summed and divided by seven, is not 0.1 in floats."""
    x = np.column_stack([np.full(rows, value), np.arange(rows)])
    mean, std = mean_and_std(x, per_feature=True)
    assert (mean[0], std[0]) == (value, 0)
    assert not np.signbit(mean[0]) or value  # zeros are summed to 0, whatever their signs
    assert mean[1] == (rows - 1) / 2
    mean, std = mean_and_std(np.full((rows, 2), value), per_feature=False)
    assert (mean, std) == (value, 0)


@pytest.mark.parametrize("dtype", ["i8", "u8"])
def test_constant_of_wide_integers_is_its_own_mean(dtype):
    x = np.full((5, 2), 2**53 - 1, dtype)
    for per_feature in (True, False):
        mean, std = mean_and_std(x, per_feature=per_feature)
        assert (mean == 2**53 - 1).all()
        assert (std == 0).all()


def test_column_that_changes_in_last_row_is_not_constant():
    x = np.full((2000, 3), 0.1)
    x[-1, 1] = 0.2
    mean, std = mean_and_std(x, per_feature=True)
    assert (mean[::2] == 0.1).all()
    assert std[1] == pytest.approx(0.1 * math.sqrt(1999) / 2000)
    assert mean_and_std(x, per_feature=False)[1] == pytest.approx(0.1 * math.sqrt(5999) / 6000)


def test_constant_feature_is_centred_but_not_divided():
    x = np.column_stack([np.full(1000, 0.1), np.arange(1000.0)])
    scaler = Standardize(per="feature", dtype=np.float64).fit(x)
    assert scaler.apply([[0.1001, 5]])[0, 0] == 0.1001 - 0.1
    x = np.full(7, 0.1)
    assert Standardize(dtype=np.float64).fit(x).apply(x).tolist() == [0] * 7


def test_deviation_that_underflows_does_not_divide():
    x = np.array([0, 1e-100])
    assert Standardize().fit(x).apply(x).tolist() == [0, 0]


@pytest.mark.parametrize("per", ["global", "feature"])
@pytest.mark.parametrize("mean_only", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_standardize_centres_and_scales_its_own_rows(per, mean_only, dtype):
    x = np.random.default_rng(1).integers(0, 256, (500, 4, 5), dtype=np.uint8)
    x[:, 0, 0] = 7
    before = x.copy()
    scaler = Standardize(per=per, mean_only=mean_only, dtype=dtype).fit(x)
    y = scaler.apply(x)
    assert y.dtype == dtype
    assert (x == before).all()
    axis = 0 if per == "feature" else None
    assert np.allclose(y.mean(axis=axis, dtype=float), 0, atol=1e-4)
    want = x.std(axis=axis) if mean_only else np.where(x.std(axis=axis) > 0, 1, 0)
    assert np.allclose(y.std(axis=axis, dtype=float), want, atol=1e-4)
    if per == "feature":
        assert (y[:, 0, 0] == 0).all()  # constant, so centred and not divided
    again = Standardize.from_dict(json.loads(json.dumps(scaler.to_dict())))
    assert again.apply(x).tobytes() == y.tobytes()
    assert again.to_dict() == scaler.to_dict()


def test_from_dict_restores_unfitted_and_scale_states():
    assert Standardize.from_dict(Standardize(per="feature").to_dict()).mean is None
    state = json.loads(json.dumps(Scale(127.5, dtype="float64").to_dict()))
    assert Scale.from_dict(state).to_dict() == state


@pytest.mark.parametrize(
    ("transform", "text"),
    [
        (Scale(), "Scale(255.0, dtype='float32')"),
        (
            Standardize(mean_only=True),
            "Standardize(per='global', mean_only=True, dtype='float32'; not fitted)",
        ),
        (
            Standardize(dtype="f8").fit([[0.0, 1.0]]),
            "Standardize(per='global', mean_only=False, dtype='float64'; fitted)",
        ),
        (
            Standardize(per="feature").fit([[0, 1]]),
            "Standardize(per='feature', mean_only=False, dtype='float32'; fitted)",
        ),
    ],
)
def test_transforms_can_be_printed_copied_pickled_and_rebuilt(transform, text):
    assert repr(transform) == text
    state = transform.to_dict()
    twins = [
        copy.deepcopy(transform),
        pickle.loads(pickle.dumps(transform)),  # noqa: S301 - our own bytes
        transform_from_dict(json.loads(json.dumps(state))),
    ]
    for twin in twins:
        assert type(twin) is type(transform)
        assert twin.to_dict() == state


def test_from_dict_takes_a_chosen_mean_and_deviation():
    half = {"kind": "standardize", "per": "global", "mean_only": False, "dtype": "float32"}
    y = Standardize.from_dict({**half, "mean": 0.5, "std": 0.5}).apply(Scale().apply([0, 255]))
    assert y.tolist() == [-1, 1]


def test_mean_only_needs_no_deviation():
    alone = Standardize(mean_only=True).to_dict() | {"mean": 0.5}
    scaler = Standardize.from_dict(alone)
    assert scaler.apply([0, 1]).tolist() == [-0.5, 0.5]
    assert scaler.to_dict() == alone


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Standardize().apply([1]), RuntimeError, "no mean yet; call fit with the training"),
        (lambda: Standardize(per="row"), ValueError, "one of 'global', 'feature', got 'row'"),
        (lambda: Standardize(dtype=int), ValueError, "dtype must be a floating type, got int64"),
        (lambda: Scale(dtype="u1"), ValueError, "dtype must be a floating type, got uint8"),
        (lambda: Scale(0), ValueError, "divisor must be finite and not zero in float32, got 0"),
        (lambda: Scale(math.inf), ValueError, "finite and not zero in float32, got inf"),
        (lambda: Scale(65535, dtype="f2"), ValueError, "not zero in float16, got 65535"),
        (lambda: Scale(1e-50), ValueError, "finite and not zero in float32, got 1e-50"),
        (lambda: Standardize().fit([]), ValueError, "at least one row and one feature"),
        (lambda: Standardize().fit([1, math.nan]), ValueError, "x must be finite"),
        (lambda: Standardize().fit([[1e308], [1e308]]), ValueError, "x must be finite"),
        (
            lambda: Standardize(per="feature").fit(np.zeros((3, 2))).apply(np.zeros((3, 4))),
            ValueError,
            "rows must have the shape (2,), got (4,)",
        ),
        (
            lambda: transform_from_dict({"divisor": 1}),
            KeyError,
            "unknown transform ''; known",
        ),
        (lambda: transform_from_dict({"kind": "x"}), KeyError, "unknown transform 'x'; known"),
        (lambda: Scale.from_dict({"divisor": 1}), KeyError, "state must have the keys"),
    ],
)
def test_scaling_rejects_wrong_arguments(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()
