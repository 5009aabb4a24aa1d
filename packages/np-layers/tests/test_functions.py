"""softmax, log_softmax, sigmoid and the normal distribution against plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from np_layers import ReLU, Sequential, log_softmax, sigmoid, softmax
from np_layers.arithmetic.native import normal_cdf

rows = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6)


@given(rows)
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(row):
    p = softmax(np.array(row))
    assert p.sum() == pytest.approx(1, rel=1e-12)
    assert (p >= 0).all()
    assert np.isfinite(log_softmax(np.array(row))).all()
    np.testing.assert_allclose(np.exp(log_softmax(np.array(row))), p, rtol=1e-10, atol=1e-300)


@given(rows, st.floats(-1e3, 1e3))
def test_softmax_ignores_a_constant_added_to_a_row(row, constant):
    np.testing.assert_allclose(
        softmax(np.array(row) + constant), softmax(np.array(row)), rtol=1e-9, atol=1e-12
    )


def test_softmax_of_one_number_is_one():
    assert softmax(np.float64(3.0)) == 1
    assert log_softmax(np.float64(3.0)) == 0


def test_softmax_agrees_with_python():
    x = np.random.default_rng(0).normal(size=(3, 4, 5))
    for axis in [0, 1, 2, -1]:
        moved = np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis])
        expected = [
            [math.exp(v) / sum(math.exp(w) for w in row) for v in row] for row in moved.tolist()
        ]
        got = np.moveaxis(softmax(x, axis=axis), axis, -1).reshape(moved.shape)
        np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_softmax_of_impossible_classes():
    x = np.array([[0.0, -np.inf], [-np.inf, -np.inf]])
    np.testing.assert_array_equal(softmax(x), [[1, 0], [np.nan, np.nan]])


@given(st.floats(-700, 700))
def test_sigmoid_keeps_its_digits(x):
    expected = math.exp(x) / (1 + math.exp(x)) if x < 0 else 1 / (1 + math.exp(-x))
    assert float(sigmoid(np.array(x))) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_keep_dtype_and_shape(dtype):
    for function in [softmax, log_softmax, sigmoid]:
        assert function(np.zeros((2, 3), dtype)).dtype == dtype
        assert function(np.zeros((0, 3), dtype)).shape == (0, 3)
        assert function(np.zeros((2, 3), int)).dtype == np.float64
    assert sigmoid(np.array([-1e30, 1e30], dtype)).tolist() == [0, 1]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 3e-6)])
def test_normal_cdf_agrees_with_the_standard_library(dtype, rtol):
    x = np.linspace(-6, 12, 2001).astype(dtype)
    expected = [0.5 * math.erfc(-v / math.sqrt(2)) for v in x.astype(float)]
    np.testing.assert_allclose(normal_cdf(x), expected, rtol=rtol)
    assert normal_cdf(np.array([-np.inf, np.inf], dtype)).tolist() == [0, 1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_of_extreme_numbers(dtype):
    x = np.array([[-np.inf, -1e30, -0.0, 0.0, 1e-30, 1e30, np.inf, np.nan]], dtype)
    model = Sequential([ReLU()], input_shape=8, rng=np.random.default_rng(0), dtype=dtype)
    y = model.forward(x, training=True)
    np.testing.assert_array_equal(y, [[0, 0, 0, 0, dtype(1e-30), dtype(1e30), np.inf, np.nan]])
    np.testing.assert_array_equal(model.backward(np.full_like(y, 3))[0, :7], [0, 0, 0, 0, 3, 3, 3])


def test_sigmoid_writes_into_out():
    x, out = np.array([-1.0, 2.0]), np.empty(2)
    assert sigmoid(x, out=out) is out
    np.testing.assert_array_equal(out, sigmoid(x))
