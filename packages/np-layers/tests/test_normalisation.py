"""Batch and layer normalisation against plain definitions, and numbers worked by hand."""

import json
import re

import numpy as np
import pytest

from np_layers import BatchNorm, LayerNorm


def built(layer, shape, dtype=np.float64):
    layer.build(shape, rng=np.random.default_rng(0), dtype=dtype)
    return layer


def test_running_statistics_by_hand():
    layer = built(BatchNorm(momentum=0.25, eps=0.0), (1,))
    y = layer.forward(np.array([[1.0], [3.0], [5.0]]), training=True)
    spread = np.sqrt(8 / 3)  # biased variance of 1, 3, 5
    np.testing.assert_allclose(y[:, 0], [-2 / spread, 0, 2 / spread], rtol=1e-12)
    # mean 3; unbiased variance 4
    np.testing.assert_allclose(layer.buffers()["running_mean"], [0.75])
    np.testing.assert_allclose(layer.buffers()["running_var"], [0.75 + 1])
    layer.parameters()["weight"][...], layer.parameters()["bias"][...] = 2, 10
    expected = (7 - 0.75) / np.sqrt(1.75) * 2 + 10
    np.testing.assert_allclose(layer.forward(np.array([[7.0]])), [[expected]], rtol=1e-12)


def test_channels_share_statistics_over_the_image():
    x = np.random.default_rng(0).normal(size=(4, 3, 5, 2)) * 3 + 7
    layer = built(BatchNorm(), (3, 5, 2))
    y = layer.forward(x, training=True)
    for c in range(3):
        values = x[:, c].ravel().tolist()
        mean = sum(values) / len(values)
        variance = sum((v - mean) ** 2 for v in values) / len(values)
        np.testing.assert_allclose(y[:, c], (x[:, c] - mean) / (variance + 1e-5) ** 0.5, rtol=1e-10)
        unbiased = variance * 40 / 39
        assert layer.buffers()["running_mean"][c] == pytest.approx(0.1 * mean)
        assert layer.buffers()["running_var"][c] == pytest.approx(0.9 + 0.1 * unbiased)


def test_running_statistics_change_in_place_in_training_only():
    layer = built(BatchNorm(), (2,))
    live = layer.buffers()["running_mean"]
    layer.forward(np.ones((4, 2)))
    assert live.tolist() == [0, 0]
    layer.forward(np.ones((4, 2)), training=True)
    np.testing.assert_allclose(live, [0.1, 0.1])


def test_running_statistics_approach_the_distribution():
    rng = np.random.default_rng(0)
    layer = built(BatchNorm(momentum=0.05), (2,))
    for _ in range(400):
        layer.forward(rng.normal([3, -1], [2, 0.5], (64, 2)), training=True)
    np.testing.assert_allclose(layer.buffers()["running_mean"], [3, -1], atol=0.2)
    np.testing.assert_allclose(layer.buffers()["running_var"], [4, 0.25], rtol=0.2)


def test_large_offsets_keep_their_digits():
    x = np.array([[1e4 - 1], [1e4], [1e4 + 1]], np.float32)
    y = built(BatchNorm(), (1,), np.float32).forward(x, training=True)
    np.testing.assert_allclose(y[:, 0], [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "rows", "count"), [((3,), 1, 1), ((3, 1, 1), 1, 1), ((3,), 0, 0)]
)
def test_batch_norm_rejects_one_value_in_training(shape, rows, count):
    layer = built(BatchNorm(), shape)
    x = np.ones((rows, *shape))
    message = f"at least 2 values of each feature, got {count} (x of shape {x.shape}); use a larger"
    with pytest.raises(ValueError, match=re.escape(message)):
        layer.forward(x, training=True)
    assert layer.forward(x).shape == x.shape
    np.testing.assert_array_equal(layer.buffers()["running_var"], 1)


def test_one_image_has_variance_over_its_places():
    x = np.random.default_rng(0).normal(size=(1, 2, 3, 3))
    y = built(BatchNorm(), (2, 3, 3)).forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)


def test_constant_features_give_zero():
    x = np.full((5, 2), 7.0)
    layer = built(BatchNorm(), (2,))
    np.testing.assert_array_equal(layer.forward(x, training=True), 0)
    assert np.isfinite(layer.backward(np.ones((5, 2)))).all()
    np.testing.assert_array_equal(built(LayerNorm(), (2,)).forward(x), 0)


def test_layer_norm_against_loops():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    layer = built(LayerNorm(4, eps=0.5), (3, 4))
    gamma, beta = layer.parameters()["weight"], layer.parameters()["bias"]
    gamma[...], beta[...] = [1, 2, 3, 4], [0, 1, 0, -1]
    y = layer.forward(x)
    for n in range(2):
        for i in range(3):
            row = x[n, i].tolist()
            mean = sum(row) / 4
            variance = sum((v - mean) ** 2 for v in row) / 4
            expected = [(v - mean) / (variance + 0.5) ** 0.5 for v in row]
            np.testing.assert_allclose(y[n, i], expected * gamma + beta, rtol=1e-12)


def test_layer_norm_takes_all_axes_of_an_image_by_default():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    layer = built(LayerNorm(eps=0.5), (3, 4, 5))
    gamma, beta = layer.parameters()["weight"], layer.parameters()["bias"]
    assert gamma.shape == beta.shape == (3, 4, 5)
    gamma[...], beta[...] = np.random.default_rng(1).normal(size=(2, 3, 4, 5))
    for image, y in zip(x, layer.forward(x), strict=True):
        values = image.ravel().tolist()
        mean = sum(values) / 60
        variance = sum((v - mean) ** 2 for v in values) / 60
        np.testing.assert_allclose(y, (image - mean) / (variance + 0.5) ** 0.5 * gamma + beta)


def test_layer_norm_configuration_keeps_the_shape():
    for layer in [LayerNorm(), LayerNorm(4), LayerNorm((3, 4), eps=0.1)]:
        again = LayerNorm(**json.loads(json.dumps(layer.config())))
        assert again.normalized_shape == layer.normalized_shape
    assert repr(LayerNorm((3, 4))) == "LayerNorm(normalized_shape=(3, 4))"


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: LayerNorm(0), ValueError, "size in normalized_shape must be at least 1, got 0"),
        (lambda: LayerNorm("a"), TypeError, "in normalized_shape must be an integer, got 'a'"),
        (
            lambda: built(LayerNorm(3), (3, 4)),
            ValueError,
            "normalized_shape must be the last sizes of the input shape (3, 4), got (3,)",
        ),
        (lambda: built(LayerNorm((2, 3, 4)), (3, 4)), ValueError, "got (2, 3, 4)"),
        (lambda: BatchNorm(momentum=1.5), ValueError, "momentum must be in [0, 1], got 1.5"),
        (lambda: BatchNorm(eps=-1), ValueError, "eps must be finite and not negative, got -1"),
        (lambda: LayerNorm(eps="a"), TypeError, "eps must be a number, got 'a'"),
        (lambda: built(BatchNorm(), (2, 3)), ValueError, "(features,) or (C, H, W), got (2, 3)"),
    ],
)
def test_wrong_options_are_rejected(make, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        make()
