"""Elementary functions of exact arithmetic against 40-digit references."""

import statistics
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from np_layers.arithmetic import exact, native
from np_layers.arithmetic.normal_distribution import inverse_normal_cdf, standard_normal

# Function, reference, range of arguments, largest error in units in the last place of float64.
CASES: dict[str, tuple[Callable, float, float, float]] = {
    "exp": (mpmath.exp, -87, 88, 1),
    "expm1": (mpmath.expm1, -90, 88, 3),
    "log": (mpmath.log, 0, 90, 2),
    "log1p": (mpmath.log1p, 0, 90, 2.5),
    "tanh": (mpmath.tanh, -20, 20, 3),
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), -80, 80, 2.5),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), -80, 80, 3),
    "sqrt": (mpmath.sqrt, 0, 90, 0.51),
    "normal_cdf": (mpmath.ncdf, -8, 8, 150),
}


def arguments(low: float, high: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    magnitudes = 10.0 ** rng.uniform(-20, 0, 200)
    small = magnitudes if low == 0 else magnitudes * rng.choice([-1, 1], 200)
    return np.concatenate([rng.uniform(low, high, 400), small * min(high, 10)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_function_is_correct_to_the_last_place(name, dtype):
    reference, low, high, bound = CASES[name]
    x = arguments(low, high).astype(dtype)
    y = getattr(exact, name)(x)
    assert y.dtype == dtype
    with mpmath.workdps(40):
        for got, argument in zip(y.tolist(), x.tolist(), strict=True):
            expected = reference(mpmath.mpf(argument))
            unit = float(np.spacing(dtype(abs(float(expected)))))
            error = abs(mpmath.mpf(got) - expected) / unit
            assert error <= (0.51 if dtype is np.float32 else bound), argument


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_function_agrees_with_numpy_at_the_edges(name, dtype):
    edges = [-np.inf, -1e30, -1e4, -0.0, 0.0, 1e-30, 1e4, 1e30, np.inf, np.nan]
    if name in ("log", "log1p", "sqrt"):
        edges = [e for e in edges if not e < 0 or name == "log"]
    x = np.array(edges, dtype)
    y = getattr(exact, name)(x)
    with np.errstate(all="ignore"):
        expected = getattr(native, name)(x)
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_results_are_zero_instead_of_subnormal():
    assert exact.exp(np.array([-87.3, -87.4, -100], np.float32)).tolist()[1:] == [0, 0]
    assert exact.exp(np.array([-708.3, -708.5])).tolist()[1:] == [0]


@pytest.mark.parametrize("name", CASES)
def test_result_does_not_depend_on_layout_or_neighbours(name):
    x = np.random.default_rng(1).uniform(0.1, 5, (300, 70)).astype(np.float32)
    function = getattr(exact, name)
    y = function(x)
    assert np.array_equal(function(x.T), y.T)
    assert np.array_equal(function(x[7:9, ::2]), y[7:9, ::2])
    out = np.empty((70, 300), np.float32).T
    assert function(x, out=out) is out
    assert np.array_equal(out, y)
    assert function(np.ones((0, 3), np.float32)).shape == (0, 3)


def test_inverse_normal_cdf_equals_the_standard_library():
    u = np.random.default_rng(0).random(1000)
    u[:4] = 2.0**-54, 1 - 2.0**-53, 1e-12, 0.5
    expected = [statistics.NormalDist().inv_cdf(p) for p in u.tolist()]
    np.testing.assert_allclose(inverse_normal_cdf(u), expected, rtol=1e-14, atol=1e-15)


def test_standard_normal_has_the_moments_of_a_normal_distribution():
    x = standard_normal(np.random.default_rng(0), (400, 500))
    moments = [float((x**k).mean()) for k in range(1, 5)]
    np.testing.assert_allclose(moments, [0, 1, 0, 3], atol=0.03)
