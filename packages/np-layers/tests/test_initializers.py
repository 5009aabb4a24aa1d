"""Initialisers: the distribution that the name promises, and nothing from hidden state."""

import json
import math
import re

import numpy as np
import pytest

import np_layers as npl
from np_layers.initializers import INITIALIZERS, get_initializer

IN, OUT = 300, 200


def draw(init, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return get_initializer(init)((IN, OUT), fan_in=IN, fan_out=OUT, rng=rng, dtype=dtype)


VARIANCES = {
    "he_normal": 2 / IN,
    "he_uniform": 2 / IN,
    "xavier_normal": 2 / (IN + OUT),
    "xavier_uniform": 2 / (IN + OUT),
    "lecun_normal": 1 / IN,
    "torch_uniform": 1 / (3 * IN),
    "zeros": 0,
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_variance_and_mean(name):
    W = draw(name)
    n, variance = W.size, VARIANCES[name]
    assert abs(W.mean()) <= 5 * math.sqrt(variance / n)
    # the variance of a sample variance is at most 2 variance² / n for these distributions
    assert abs(W.var() - variance) <= 5 * variance * math.sqrt(2 / n)


@pytest.mark.parametrize("name", ["he_uniform", "xavier_uniform", "torch_uniform"])
def test_uniform_bounds(name):
    limit = math.sqrt(3 * VARIANCES[name])
    W = draw(name)
    assert np.abs(W).max() <= limit
    assert np.abs(W).max() > 0.999 * limit


def test_given_numbers():
    W = draw(npl.uniform(2, 5))
    assert 2 <= W.min() < 2.01
    assert 4.99 < W.max() < 5
    assert draw(npl.normal(3)).std() == pytest.approx(3, rel=0.02)
    assert not draw(npl.normal(0)).any()


@pytest.mark.parametrize("init", [*INITIALIZERS, npl.uniform(-1, 1), npl.normal(0.5)])
def test_seed_and_dtype(init):
    single, double = draw(init, np.float32), draw(init)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))
    np.testing.assert_array_equal(double, draw(init))


def test_a_layer_s_fans():
    rng = np.random.default_rng(0)
    dense = npl.Dense(OUT, weight_init="lecun_normal")
    dense.build((IN,), rng=rng, dtype=np.float64)
    assert dense.parameters()["weight"].std() == pytest.approx(math.sqrt(1 / IN), rel=0.02)
    conv = npl.Conv2D(100, 5, weight_init="xavier_normal")
    conv.build((4, 9, 9), rng=rng, dtype=np.float64)
    expected = math.sqrt(2 / (4 * 25 + 100 * 25))
    assert conv.parameters()["weight"].std() == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("layer", "shape"), [(npl.Dense, (400,)), (npl.Conv2D, (16, 5, 5))])
def test_biases(layer, shape):
    def bias(**options):
        size = (50,) if layer is npl.Dense else (50, 5)
        made = layer(*size, **options)
        made.build(shape, rng=np.random.default_rng(0), dtype=np.float64)
        return made.parameters()["bias"]

    assert not bias().any()
    as_torch = bias(weight_init="torch_uniform")
    assert 0.7 / 20 < np.abs(as_torch).max() <= 1 / 20
    assert not bias(weight_init="torch_uniform", bias_init="zeros").any()
    assert bias(bias_init=npl.uniform(3, 4)).min() >= 3


def test_configuration():
    init = npl.uniform(-1, 1)
    layer = npl.Dense(3, weight_init=init, bias_init=npl.normal(0.1))
    options = json.loads(json.dumps(layer.config()))
    assert options["weight_init"] == {"name": "uniform", "low": -1, "high": 1}
    again = npl.Dense(**options)
    assert (again.weight_init, again.bias_init) == (init, npl.normal(0.1))
    assert npl.Dense(3, weight_init=npl.he_uniform).config()["weight_init"] == "he_uniform"


@pytest.mark.parametrize(
    ("spec", "kind", "message"),
    [
        ("he", KeyError, "unknown initialiser 'he'; known: he_normal, he_uniform"),
        ({"name": "os.system"}, KeyError, "unknown initialiser 'os.system'"),
        ({"name": "zeros", "low": 1}, TypeError, "'zeros' takes no numbers, got {'low': 1}"),
        (3, TypeError, "an initialiser is a name, a mapping or a function, got 3"),
        ({"name": "uniform", "low": 2, "high": 1}, ValueError, "finite low ≤ high, got 2, 1"),
        ({"name": "normal", "std": -1}, ValueError, "finite std ≥ 0, got -1"),
    ],
)
def test_refused(spec, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        npl.Dense(2, weight_init=spec)
