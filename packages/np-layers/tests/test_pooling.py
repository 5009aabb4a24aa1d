"""Pooling layers agree with loops over the windows, with ties and borders."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from np_layers import AvgPool2D, GlobalAvgPool2D, MaxPool2D
from np_layers.kernels import windows


def built(layer, shape, dtype=np.float64):
    layer.build(shape, rng=np.random.default_rng(0), dtype=dtype)
    return layer


def places(x, kernel, stride, padding):
    """Yield h, w and the pixels (r, s) of each window, with None for padding."""
    (H, W), (kh, kw), (ph, pw) = x.shape[2:], kernel, padding
    for h, top in enumerate(range(-ph, H + ph - kh + 1, stride[0])):
        for w, left in enumerate(range(-pw, W + pw - kw + 1, stride[1])):
            inside = [(r, s) for r in range(top, top + kh) for s in range(left, left + kw)]
            yield h, w, [(r, s) if 0 <= r < H and 0 <= s < W else None for r, s in inside]


def loop_max(x, G, *geometry):
    y, dx = np.zeros_like(G), np.zeros_like(x)
    for h, w, window in places(x, *geometry):
        for n, c in np.ndindex(x.shape[:2]):
            pixels = [p for p in window if p is not None]
            values = [x[n, c, r, s] for r, s in pixels]
            best = values.index(max(values))  # the first of equals
            y[n, c, h, w] = values[best]
            dx[(n, c, *pixels[best])] += G[n, c, h, w]
    return y, dx


def loop_mean(x, G, *geometry):
    y, dx = np.zeros_like(G), np.zeros_like(x)
    for h, w, window in places(x, *geometry):
        for r, s in filter(None, window):
            y[:, :, h, w] += x[:, :, r, s] / len(window)
            dx[:, :, r, s] += G[:, :, h, w] / len(window)
    return y, dx


@st.composite
def poolings(draw):
    kernel = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stride = draw(st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.integers(0, kernel[0] // 2)), draw(st.integers(0, kernel[1] // 2))
    H, W = draw(st.integers(kernel[0], 9)), draw(st.integers(kernel[1], 9))
    N, C = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    # Few different values, so that windows have ties.
    x = rng.integers(-2, 3, (N, C, H, W)).astype(float)
    return x, kernel, stride, padding, rng


@settings(max_examples=150)
@given(pooling=poolings(), cache=st.sampled_from([1, 1 << 18]))
@pytest.mark.parametrize(("layer_type", "loop"), [(MaxPool2D, loop_max), (AvgPool2D, loop_mean)])
def test_layers_agree_with_loops(layer_type, loop, pooling, cache):
    x, kernel, stride, padding, rng = pooling
    layer = layer_type(kernel, stride, padding)
    C, Ho, Wo = layer.build(x.shape[1:], rng=rng, dtype=np.float64)
    G = rng.standard_normal((len(x), C, Ho, Wo))
    expected, expected_dx = loop(x, G, kernel, stride or kernel, padding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "CACHE_BYTES", cache)
        y = layer.forward(x, training=True)
        dx = layer.backward(G)
    np.testing.assert_allclose(y, expected, atol=1e-12)
    np.testing.assert_allclose(dx, expected_dx, atol=1e-12)


def test_first_of_equal_maxima_gets_gradient():
    layer = built(MaxPool2D(2), (1, 2, 6))
    x = np.array([[[[0.0, 0, 1, 2, 1, 1], [0, 0, 2, 2, 3, 3]]]])
    layer.forward(x, training=True)
    dx = layer.backward(np.array([[[[5.0, 6, 7]]]]))
    np.testing.assert_array_equal(dx, [[[[5, 0, 0, 6, 0, 0], [0, 0, 0, 0, 7, 0]]]])


@pytest.mark.parametrize("value", [-np.inf, np.nan])
@pytest.mark.parametrize("padding", [0, 1])
def test_window_without_finite_number_passes_gradient_on(value, padding):
    layer = built(MaxPool2D(2, padding=padding), (1, 2, 2))
    y = layer.forward(np.full((1, 1, 2, 2), value), training=True)
    np.testing.assert_array_equal(y, np.full_like(y, value))
    assert layer.backward(np.ones_like(y)).sum() == y.size


def test_nan_is_maximum_and_gets_gradient():
    layer = built(MaxPool2D(2), (1, 2, 4))
    y = layer.forward(np.array([[[[1, np.nan, 1, 2], [0, 5, 0, 0]]]]), training=True)
    np.testing.assert_array_equal(y, [[[[np.nan, 2]]]])
    dx = layer.backward(np.array([[[[3.0, 4]]]]))
    np.testing.assert_array_equal(dx, [[[[0, 3, 0, 4], [0, 0, 0, 0]]]])


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D])
def test_odd_sizes_leave_last_row_and_column_out(layer_type):
    layer = layer_type(2)
    assert layer.build((3, 7, 5), rng=np.random.default_rng(0), dtype=np.float32) == (3, 3, 2)
    y = layer.forward(np.ones((2, 3, 7, 5), np.float32), training=True)
    dx = layer.backward(np.ones_like(y))
    assert not np.any(dx[:, :, 6])
    assert not np.any(dx[:, :, :, 4])


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D])
@pytest.mark.parametrize("options", [{}, {"kernel_size": 3, "stride": 2, "padding": 1}])
def test_pooling_gives_same_bits_on_any_number_of_threads(monkeypatch, layer_type, options):
    monkeypatch.setattr(windows, "CACHE_BYTES", 1 << 12)
    x = np.random.default_rng(3).standard_normal((37, 3, 9, 11)).astype(np.float32)
    results = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("NP_LAYERS_THREADS", threads)
        layer = built(layer_type(**options), x.shape[1:], np.float32)
        y = layer.forward(x, training=True)
        results.append((y.tobytes(), layer.backward(np.sin(y)).tobytes()))
    assert all(result == results[0] for result in results)


def test_global_average_is_mean_of_each_map():
    layer = built(GlobalAvgPool2D(), (3, 4, 5))
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    y = layer.forward(x, training=True)
    np.testing.assert_allclose(y, np.einsum("nchw->nc", x) / 20)
    dx = layer.backward(np.array([[20.0, 0, 40], [-20, 60, 0]]))
    np.testing.assert_allclose(dx[:, :, 3, 2], [[1, 0, 2], [-1, 3, 0]])
    np.testing.assert_allclose(dx, np.broadcast_to(dx[:, :, :1, :1], dx.shape))


def test_global_average_gives_same_bits_for_any_memory_layout():
    layer = built(GlobalAvgPool2D(), (8, 31, 17), np.float32)
    x = np.random.default_rng(0).standard_normal((5, 31, 17, 8)).astype(np.float32)
    x = x.transpose(0, 3, 1, 2)
    assert layer.forward(x).tobytes() == layer.forward(np.ascontiguousarray(x)).tobytes()


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D, GlobalAvgPool2D])
def test_backward_without_input_gradient_returns_none(layer_type):
    layer = built(layer_type(), (1, 6, 6))
    y = layer.forward(np.ones((2, 1, 6, 6)), training=True)
    assert layer.backward(np.ones_like(y), input_gradient=False) is None


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D])
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0"),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"stride": "2"}, TypeError, "stride must be an integer or two, (rows, columns), got '2'"),
        (
            {"kernel_size": 2, "padding": 2},
            ValueError,
            "padding must be at most half of kernel_size (2, 2), got (2, 2)",
        ),
    ],
)
def test_constructor_rejects_bad_options(layer_type, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        layer_type(**options)


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D, GlobalAvgPool2D])
def test_build_rejects_shape_without_channels(layer_type):
    with pytest.raises(
        ValueError,
        match=re.escape(f"{layer_type.__name__} needs input shape (channels, height, width)"),
    ):
        built(layer_type(), (28, 28))


@pytest.mark.parametrize("layer_type", [MaxPool2D, AvgPool2D])
def test_build_rejects_window_larger_than_image(layer_type):
    message = f"{layer_type.__name__}'s window (5, 5) must fit into the image, got height and width"
    with pytest.raises(ValueError, match=re.escape(message)):
        built(layer_type(5), (1, 4, 28))
