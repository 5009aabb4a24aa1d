"""Initialisers: the distribution that the name promises, names, and registration."""

import json
import math
import re
from dataclasses import dataclass

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
    "uniform": 1 / 3,
    "normal": 1,
}


@pytest.mark.parametrize("name", VARIANCES)
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


def test_uniform_and_normal_take_numbers():
    W = draw(npl.uniform(2, 5))
    assert 2 <= W.min() < 2.01
    assert 4.99 < W.max() < 5
    assert draw(npl.normal(3)).std() == pytest.approx(3, rel=0.02)
    assert not draw(npl.normal(0)).any()


@pytest.mark.parametrize("init", [*INITIALIZERS, npl.uniform(-1, 1), npl.normal(0.5)])
def test_equal_seeds_give_equal_numbers_in_both_dtypes(init):
    single, double = draw(init, np.float32), draw(init)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))
    np.testing.assert_array_equal(double, draw(init))


def test_layers_pass_their_fans():
    rng = np.random.default_rng(0)
    dense = npl.Dense(OUT, weight_init="lecun_normal")
    dense.build((IN,), rng=rng, dtype=np.float64)
    assert dense.parameters()["weight"].std() == pytest.approx(math.sqrt(1 / IN), rel=0.02)
    conv = npl.Conv2D(100, 5, weight_init="xavier_normal")
    conv.build((4, 9, 9), rng=rng, dtype=np.float64)
    expected = math.sqrt(2 / (4 * 25 + 100 * 25))
    assert conv.parameters()["weight"].std() == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("layer", "shape"), [(npl.Dense, (400,)), (npl.Conv2D, (16, 5, 5))])
def test_bias_starts_at_zero_or_like_torch(layer, shape):
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


def test_configuration_holds_names_and_numbers():
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
        (3, TypeError, "an initialiser must be a name, a mapping or a function, got 3"),
        (
            {"name": "uniform", "low": 2, "high": 1},
            ValueError,
            "finite low ≤ high, got low=2, high=1",
        ),
        ({"name": "normal", "std": -1}, ValueError, "finite std ≥ 0, got -1"),
    ],
)
def test_wrong_initialiser_is_rejected(spec, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        npl.Dense(2, weight_init=spec)


def halves(shape, *, fan_in, fan_out, rng, dtype):
    return np.full(shape, 0.5, dtype)


@dataclass(frozen=True)
class Filled:
    value: float = 1.0

    def __call__(self, shape, *, fan_in, fan_out, rng, dtype):
        return np.full(shape, self.value, dtype)


def model(init):
    layers = [npl.Dense(2, weight_init=init)]
    return npl.Sequential(layers, input_shape=3, rng=np.random.default_rng(0))


@pytest.fixture
def registered():
    yield npl.register_initializer
    for name in ("halves", "Filled", "he_normal2"):
        INITIALIZERS.pop(name, None)


def test_unregistered_initialiser_is_rejected_when_saved(tmp_path):
    own = model(halves)
    assert repr(own) == "Sequential([Dense(units=2, weight_init='halves')])"
    for init in (halves, Filled(3)):
        message = f"unknown initialiser {getattr(init, '__name__', 'Filled')!r}"
        with pytest.raises(KeyError, match=re.escape(message)) as caught:
            npl.save(model(init), tmp_path / "model.npz")
        assert "put @register_initializer before its definition" in str(caught.value)


@pytest.mark.parametrize(
    ("register", "init", "config"),
    [(halves, halves, "halves"), (Filled, Filled(3.5), {"name": "Filled", "value": 3.5})],
)
def test_registered_initialiser_is_saved_and_loaded(registered, tmp_path, register, init, config):
    assert registered(register) is register
    registered(register)  # as a notebook cell that runs twice
    own = model(init)
    assert own.to_config()["layers"][0]["weight_init"] == config
    assert npl.get_initializer(config) == init
    npl.save(own, tmp_path / "model.npz")
    assert npl.load(tmp_path / "model.npz").layers[0].weight_init == init


def test_register_initializer_rejects_a_name_that_is_taken(registered):
    def he_normal(shape, *, fan_in, fan_out, rng, dtype):
        return np.zeros(shape, dtype)

    with pytest.raises(ValueError, match=re.escape("must be unique, got a second 'he_normal'")):
        registered(he_normal)
    assert INITIALIZERS["he_normal"] is npl.he_normal
    with pytest.raises(KeyError, match="unknown initialiser 'he_normal'"):
        npl.Dense(2, weight_init=he_normal).config()
