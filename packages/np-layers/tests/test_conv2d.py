"""Conv2D: options, errors, and equal bits on any number of threads."""

from __future__ import annotations

import re

import numpy as np
import pytest

from np_layers import Conv2D, Sequential
from np_layers.arithmetic import native
from np_layers.kernels import im2col, shifted


def built(layer, shape, dtype=np.float64):
    layer.build(shape, rng=np.random.default_rng(0), dtype=dtype)
    return layer


def test_forward_and_backward_agree_with_numbers_by_hand():
    layer = built(Conv2D(1, 2, bias=True, weight_init="zeros"), (1, 3, 3))
    layer.parameters()["weight"][...] = [[[[1, 2], [3, 4]]]]
    layer.parameters()["bias"][...] = 10
    x = np.array([[[[1.0, 0, 2], [0, 1, 0], [3, 0, 1]]]])
    y = layer.forward(x, training=True)
    np.testing.assert_array_equal(y, [[[[1 + 4 + 10, 4 + 3 + 10], [2 + 9 + 10, 1 + 4 + 10]]]])
    dx = layer.backward(np.array([[[[1.0, 0], [0, -1]]]]))
    np.testing.assert_array_equal(layer.gradients()["weight"], [[[[0, 0], [0, 0]]]])
    np.testing.assert_array_equal(layer.gradients()["bias"], [0])
    np.testing.assert_array_equal(dx, [[[[1, 2, 0], [3, 3, -2], [0, -3, -4]]]])


@pytest.mark.parametrize(
    ("options", "shape", "expected"),
    [
        ({}, (1, 28, 28), (5, 26, 26)),
        ({"padding": 1}, (1, 28, 28), (5, 28, 28)),
        ({"padding": "same"}, (1, 27, 28), (5, 27, 28)),
        ({"padding": (0, 2)}, (1, 9, 9), (5, 7, 11)),
        ({"stride": 2}, (1, 28, 28), (5, 13, 13)),
        ({"stride": (2, 3), "padding": 1}, (2, 28, 28), (5, 14, 10)),
        ({"dilation": 2}, (1, 28, 28), (5, 24, 24)),
        ({"padding": "same", "dilation": (1, 5)}, (1, 27, 28), (5, 27, 28)),
    ],
)
def test_build_returns_output_shape(options, shape, expected):
    layer = Conv2D(5, 3, **options)
    assert layer.build(shape, rng=np.random.default_rng(0), dtype=np.float32) == expected
    assert layer.forward(np.zeros((2, *shape), np.float32)).shape == (2, *expected)


def test_same_padding_with_even_kernel_pads_one_more_at_the_end():
    layer = built(Conv2D(1, 2, padding="same", weight_init="zeros"), (1, 2, 2))
    layer.parameters()["weight"][...] = [[[[1, 10], [100, 1000]]]]
    y = layer.forward(np.array([[[[1.0, 2], [3, 4]]]]))
    np.testing.assert_array_equal(y, [[[[4321, 402], [43, 4]]]])


def test_weight_has_shape_out_in_rows_columns():
    layer = built(Conv2D(5, (3, 2)), (4, 8, 8))
    assert layer.parameters()["weight"].shape == (5, 4, 3, 2)
    assert layer.parameters()["bias"].shape == (5,)
    assert set(built(Conv2D(5, 3, bias=False), (4, 8, 8)).parameters()) == {"weight"}


def test_he_normal_counts_whole_window_as_fan_in():
    layer = built(Conv2D(400, 3), (50, 8, 8))
    assert layer.parameters()["weight"].std() == pytest.approx(np.sqrt(2 / (50 * 9)), rel=0.01)


def test_backward_adds_penalty_gradient():
    layer = built(Conv2D(2, 2, l1=0.5, l2=3.0), (1, 3, 3))
    W = layer.parameters()["weight"]
    layer.forward(np.ones((1, 1, 3, 3)), training=True)
    layer.backward(np.zeros((1, 2, 2, 2)))
    np.testing.assert_allclose(layer.gradients()["weight"], 0.5 * np.sign(W) + 3.0 * W)
    assert layer.penalty() == pytest.approx(0.5 * np.abs(W).sum() + 1.5 * (W**2).sum())


def test_depthwise_filters_see_one_channel_each():
    layer = built(Conv2D(4, 1, groups=2, weight_init="zeros"), (2, 1, 1))
    layer.parameters()["weight"][:, 0, 0, 0] = [1, 10, 100, 1000]
    y = layer.forward(np.array([[[[2.0]], [[3.0]]]]))
    np.testing.assert_array_equal(y[0, :, 0, 0], [2, 20, 300, 3000])


def test_groups_divide_the_connections_of_a_filter():
    layer = built(Conv2D(400, 3, groups=10), (500, 8, 8))
    W = layer.parameters()["weight"]
    assert W.shape == (400, 50, 3, 3)
    assert W.std() == pytest.approx(np.sqrt(2 / (50 * 9)), rel=0.01)
    assert layer.flops == 400 * 6 * 6 * (2 * 50 * 9 + 1)
    with pytest.raises(ValueError, match=re.escape("groups must divide the 5 channels, got 2")):
        built(Conv2D(4, 3, groups=2), (5, 8, 8))


def test_config_leaves_out_dilation_and_groups_of_one():
    assert not {"dilation", "groups"} & set(Conv2D(4, 3).config())
    config = Conv2D(4, 3, dilation=2, groups=2).config()
    assert (config["dilation"], config["groups"]) == ([2, 2], 2)


def test_window_with_dilation_must_fit():
    with pytest.raises(ValueError, match=re.escape("window (7, 7) must fit into the image")):
        built(Conv2D(1, 3, dilation=3), (1, 6, 6))


def definition(x, W, b, G, layer):
    """Return y, dL/dx, dL/dW and dL/db, each number a sum of Python integers."""
    (_, _, H, width), (F, per_group, kh, kw) = x.shape, W.shape
    (sh, sw), (ph, pw), (dh, dw) = layer.stride, layer.padding, layer.dilation
    y, dx, dW = np.zeros_like(G), np.zeros_like(x), np.zeros_like(W)
    for n, f, h, w in np.ndindex(G.shape):
        y[n, f, h, w] = b[f]
        for k, i, j in np.ndindex(per_group, kh, kw):
            c = f // (F // layer.groups) * per_group + k
            r, s = h * sh + i * dh - ph, w * sw + j * dw - pw
            if 0 <= r < H and 0 <= s < width:
                y[n, f, h, w] += W[f, k, i, j] * x[n, c, r, s]
                dx[n, c, r, s] += W[f, k, i, j] * G[n, f, h, w]
                dW[f, k, i, j] += x[n, c, r, s] * G[n, f, h, w]
    return y, dx, dW, G.sum(axis=(0, 2, 3))


@pytest.mark.parametrize("few_channels", [1, 8])
@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("dilation", [1, (2, 3)])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_exact_convolution_is_the_definition(
    monkeypatch, stride, dilation, groups, plain, few_channels
):
    """On numbers of few bits nothing is rounded, so every kernel must give the definition."""
    if plain:
        monkeypatch.setattr(shifted, "applies_to", lambda windows: False)
    monkeypatch.setattr(shifted, "FEW_CHANNELS", few_channels)
    rng = np.random.default_rng(6)
    layer = Conv2D(8, 3, stride, 2, dilation=dilation, groups=groups)
    model = Sequential([layer], input_shape=(4, 8, 9), rng=rng, arithmetic="exact")
    W, b = model.parameters().values()
    W[...], b[...] = rng.integers(-9, 9, W.shape), rng.integers(-9, 9, b.shape)
    x = rng.integers(-9, 9, (3, 4, 8, 9)).astype(np.float32)
    y = model.forward(x, training=True)
    G = rng.integers(-9, 9, y.shape).astype(np.float32)
    got = [y, model.backward(G), *model.gradients().values()]
    expected = definition(x, W, b, G, layer)
    for ours, theirs in zip(got, expected, strict=True):
        assert (ours == theirs).all()


@pytest.mark.parametrize("options", [{"dilation": 2}, {"groups": 4}, {"dilation": 2, "groups": 2}])
def test_exact_kernels_give_equal_bits(monkeypatch, options):
    rng = np.random.default_rng(7)
    x = rng.normal(size=(5, 4, 9, 10)).astype(np.float32)
    results = []
    for applies in (True, False):
        monkeypatch.setattr(shifted, "applies_to", lambda windows, applies=applies: applies)
        layers = [Conv2D(8, 3, padding=2, **options)]
        model = Sequential(
            layers, input_shape=(4, 9, 10), rng=np.random.default_rng(0), arithmetic="exact"
        )
        y = model.forward(x, training=True)
        results.append([y, model.backward(np.cos(y)), *model.gradients().values()])
    for one, other in zip(*results, strict=True):
        assert one.tobytes() == other.tobytes()


def test_flops_count_a_multiply_add_as_two():
    assert built(Conv2D(5, 3), (2, 6, 6)).flops == 5 * 4 * 4 * (2 * 2 * 9 + 1)


@pytest.mark.parametrize("stride", [1, 2])
def test_backward_without_input_gradient_returns_none(stride):
    layer = built(Conv2D(2, 3, stride=stride), (1, 6, 6))
    y = layer.forward(np.ones((2, 1, 6, 6)), training=True)
    assert layer.backward(np.ones_like(y), input_gradient=False) is None
    assert np.any(layer.gradients()["weight"])


@pytest.mark.parametrize("stride", [1, 2])
def test_empty_batch_gives_zero_gradients(stride):
    layer = built(Conv2D(2, 3, stride=stride, padding=1), (1, 6, 6))
    y = layer.forward(np.ones((2, 1, 6, 6)), training=True)
    layer.backward(np.ones_like(y))
    y = layer.forward(np.empty((0, 1, 6, 6)), training=True)
    assert y.shape == (0, 2, 6 // stride, 6 // stride)
    assert layer.backward(y).shape == (0, 1, 6, 6)
    assert not np.any(layer.gradients()["weight"])
    assert not np.any(layer.gradients()["bias"])


def train_step(x, **options):
    layer = built(Conv2D(5, 3, **options), x.shape[1:], x.dtype)
    y = layer.forward(x, training=True)
    dx = layer.backward(np.cos(y))
    return [y, dx, *layer.gradients().values()]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", [{"padding": 1}, {"stride": 2}])
def test_step_gives_same_bits_on_any_number_of_threads(monkeypatch, dtype, options):
    monkeypatch.setattr(im2col, "COLUMN_BYTES", 1 << 14)
    x = np.random.default_rng(3).standard_normal((37, 3, 9, 11)).astype(dtype)
    results = []
    for threads in ("1", "2", "3", "8"):
        monkeypatch.setenv("NP_LAYERS_THREADS", threads)
        results.append([array.tobytes() for array in train_step(x, **options)])
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("options", [{"padding": 1}, {"stride": 2}, {"bias": False}])
@pytest.mark.parametrize(("column_bytes", "parts"), [(1, 3), (1, 100), (50_000, 2), (50_000, 8)])
def test_size_of_pieces_changes_only_rounding(monkeypatch, options, column_bytes, parts):
    x = np.random.default_rng(4).standard_normal((11, 3, 9, 10))
    expected = train_step(x, **options)
    monkeypatch.setattr(im2col, "COLUMN_BYTES", column_bytes)
    monkeypatch.setattr(native, "MAX_PARTS", parts)
    for array, other in zip(train_step(x, **options), expected, strict=True):
        np.testing.assert_allclose(array, other, atol=1e-11)


def test_arrays_from_model_survive_later_steps():
    model = Sequential(
        [Conv2D(3, 3, padding=1)], input_shape=(1, 5, 5), rng=np.random.default_rng(0)
    )
    x = np.random.default_rng(1).standard_normal((2, 4, 1, 5, 5)).astype(np.float32)
    first = model.forward(x[0], training=True)
    grad = model.backward(np.ones_like(first))
    kept = first.copy(), grad.copy()
    model.backward(2 * model.forward(x[1], training=True))
    np.testing.assert_array_equal(first, kept[0])
    np.testing.assert_array_equal(grad, kept[1])


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 3), {}, ValueError, "filters must be at least 1, got 0"),
        ((8, 0), {}, ValueError, "kernel_size must be at least 1, got 0"),
        ((8, (3, 3, 3)), {}, TypeError, "kernel_size must be an integer or two"),
        (
            (8, 3.0),
            {},
            TypeError,
            "kernel_size must be an integer or two, (rows, columns), got 3.0",
        ),
        ((8, 3), {"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ((8, 3), {"padding": -1}, ValueError, "padding must be at least 0, got -1"),
        ((8, 3), {"padding": "full"}, ValueError, "got 'full'"),
        (
            (8, 3),
            {"padding": "same", "stride": 2},
            ValueError,
            'padding="same" needs stride 1, got stride (2, 2)',
        ),
        ((8, 3), {"dilation": 0}, ValueError, "dilation must be at least 1, got 0"),
        ((8, 3), {"groups": 0}, ValueError, "groups must be at least 1, got 0"),
        ((8, 3), {"groups": 3}, ValueError, "groups must divide filters 8, got 3"),
        ((8, 3), {"l2": -1.0}, ValueError, "l2 must be finite and not negative, got -1.0"),
        ((8, 3), {"weight_init": "he"}, KeyError, "unknown initialiser 'he'"),
    ],
)
def test_constructor_rejects_bad_options(arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Conv2D(*arguments, **options)


def test_forward_rejects_images_without_channels():
    layer = built(Conv2D(2, 3), (1, 28, 28))
    with pytest.raises(ValueError, match=re.escape("got (64, 28, 28)")):
        layer.forward(np.zeros((64, 28, 28)))
