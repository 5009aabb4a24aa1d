"""Dropout: the mask depends only on seed and step."""

import math
import re

import numpy as np
import pytest

from np_layers import Dense, Dropout, Sequential

X = np.ones((50, 40))


def model(rate=0.3, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return Sequential([Dropout(rate)], input_shape=40, rng=rng, dtype=dtype)


def masks(model, steps):
    return [model.forward(X, training=True) for _ in range(steps)]


def test_continued_run_draws_the_masks_of_an_uninterrupted_run():
    whole = masks(model(), 6)
    first = model()
    masks(first, 3)
    second = model(seed=99)
    second.load_state_dict(first.state_dict())
    second.forward(X)
    for expected, got in zip(whole[3:], masks(second, 3), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_masks_differ_between_steps_seeds_and_layers():
    one = model()
    layers = [Dropout(0.3), Dropout(0.3)]
    two = Sequential(layers, input_shape=40, rng=np.random.default_rng(0))
    seeds = [int(seed) for name, seed in two.buffers().items() if name.endswith("seed")]
    drawn = [*masks(one, 3), *masks(model(seed=1), 1)]
    assert len({mask.tobytes() for mask in drawn}) == 4
    assert seeds[0] != seeds[1]


def test_both_dtypes_have_the_same_mask():
    single, double = model(dtype=np.float32), model()
    np.testing.assert_array_equal(masks(single, 1)[0] > 0, masks(double, 1)[0] > 0)


def test_evaluation_returns_x_and_leaves_the_state():
    layer = model()
    before = layer.state_dict()
    np.testing.assert_array_equal(layer.forward(X), X)
    np.testing.assert_array_equal(layer.predict(X, batch_size=7), X)
    assert {name: int(array) for name, array in layer.buffers().items()} == {
        name: int(array) for name, array in before.items()
    }
    masks(layer, 2)
    assert layer.buffers()["0.step"] == before["0.step"] + 2


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_rate_is_the_share_of_zeros(rate):
    y = np.stack(masks(model(rate), 20))
    zeros = np.mean(y == 0)
    assert abs(zeros - rate) <= 5 * math.sqrt(rate * (1 - rate) / y.size)
    np.testing.assert_allclose(y[y > 0], 1 / (1 - rate), rtol=1e-12)


def test_zeros_are_independent():
    """Neighbours, rows and steps: the share of pairs that are both zero is rate²."""
    zero = np.stack(masks(model(0.5), 20)) == 0
    for axis in [0, 1, 2]:
        a = np.moveaxis(zero, axis, 0)
        together = np.mean(a[1:] & a[:-1])
        assert abs(together - 0.25) < 0.01


@pytest.mark.parametrize("rate", [1, 1.5, -0.1, np.nan])
def test_wrong_rate_is_rejected(rate):
    message = "rate must be in [0, 1)" if rate >= 1 else "rate must be finite and not negative"
    with pytest.raises(ValueError, match=re.escape(message)):
        Dropout(rate)


def test_backward_uses_the_mask_of_its_forward():
    rng = np.random.default_rng(0)
    net = Sequential([Dropout(0.5), Dense(3)], input_shape=40, rng=rng, dtype=np.float64)
    y = net.forward(X, training=True)
    used = np.asarray(net.layers[1].forward(np.zeros((1, 40))))  # an evaluation in between
    grad = net.backward(np.ones_like(y))
    assert used.shape == (1, 3)
    weights = net.parameters()["1.weight"].sum(axis=1)
    np.testing.assert_allclose(np.unique(np.abs(grad / weights).round(12)), [0, 2])


def test_evaluation_of_a_layer_alone_returns_a_copy():
    layer = Dropout(0.3)
    layer.build((40,), rng=np.random.default_rng(0), dtype=np.float64)
    x = X.copy()
    layer.forward(x)[...] = 0
    np.testing.assert_array_equal(x, X)
