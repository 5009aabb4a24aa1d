"""winograd agrees with the definition, written as loops; when it is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convolution import (
    channels_last,
    every_second,
    loop_convolution,
    loop_gradients,
    reversed_rows,
)

from np_layers import Conv2D
from np_layers.kernels import im2col, winograd
from np_layers.kernels.windows import Windows
from np_layers.testing import check_gradients

SAME = Windows((3, 3), before=(1, 1), after=(1, 1))


@st.composite
def problems(draw):
    before, after = (tuple(draw(st.integers(0, 2)) for _ in range(2)) for _ in range(2))
    size = [draw(st.integers(max(1, 3 - b - a), 9)) for b, a in zip(before, after, strict=True)]
    N, C, F = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x, W = rng.standard_normal((N, C, *size)), rng.standard_normal((F, C, 3, 3))
    b = rng.standard_normal(F) if draw(st.booleans()) else None
    return x, W, b, Windows((3, 3), before=before, after=after), rng


@settings(max_examples=150)
@given(problem=problems())
def test_winograd_agrees_with_definition(problem):
    x, W, b, windows, rng = problem
    expected = loop_convolution(x, W, b, windows)
    dy = rng.standard_normal(expected.shape)
    expected_dW, expected_db, expected_dx = loop_gradients(x, W, dy, windows)
    y, dx = np.full(expected.shape, np.nan), np.full(x.shape, np.nan)
    U = winograd.transform_filters(W)
    dU, db = np.zeros(U.shape), None if b is None else np.ones(b.shape)
    winograd.convolve(x, U, b, y, windows)
    winograd.backward(x, dy, U, dU, db, dx, windows)
    np.testing.assert_allclose(y, expected, atol=1e-11)
    np.testing.assert_allclose(dx, expected_dx, atol=1e-11)
    np.testing.assert_allclose(winograd.filter_gradient(dU), expected_dW, atol=1e-11)
    if db is not None:
        np.testing.assert_allclose(db - 1, expected_db, atol=1e-11)
    winograd.backward(x, dy, U, dU, None, None, windows)
    np.testing.assert_allclose(winograd.filter_gradient(dU), 2 * expected_dW, atol=1e-11)


def test_winograd_ignores_old_content_of_scratch_memory():
    rng = np.random.default_rng(1)
    x, dy = rng.standard_normal((2, 2, 3, 5, 7))
    U = winograd.transform_filters(rng.standard_normal((3, 3, 3, 3)))
    results = []
    for rubbish in (0, np.nan, np.inf):
        winograd.scratch((1 << 16,), dtype=np.float64)[0][...] = rubbish
        y, dx, dU = np.empty_like(x), np.empty_like(x), np.zeros_like(U)
        with np.errstate(all="raise"):
            winograd.convolve(x, U, None, y, SAME)
            winograd.scratch((1 << 16,), dtype=np.float64)[0][...] = rubbish
            winograd.backward(x, dy, U, dU, None, dx, SAME)
        results.append([array.tobytes() for array in (y, dx, dU)])
    assert results[0] == results[1] == results[2]


def test_winograd_gives_same_bits_for_any_memory_layout():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((9, 3, 8, 7)).astype(np.float32)
    W = rng.standard_normal((4, 3, 3, 3)).astype(np.float32)
    dy = rng.standard_normal((9, 4, 8, 7)).astype(np.float32)
    U, results = winograd.transform_filters(W), []
    for arrange in (np.ascontiguousarray, channels_last, every_second, reversed_rows):
        y, dx, dU, db = (np.zeros(s, np.float32) for s in (dy.shape, x.shape, U.shape, 4))
        winograd.convolve(arrange(x), U, None, y, SAME)
        winograd.backward(arrange(x), arrange(dy), U, dU, db, dx, SAME)
        results.append([array.tobytes() for array in (y, dx, dU, db)])
    assert all(result == results[0] for result in results)


def test_winograd_in_float32_has_error_like_im2col():
    rng = np.random.default_rng(2)
    x, W = rng.standard_normal((2, 32, 14, 14)), rng.standard_normal((32, 32, 3, 3))
    exact, plain, tiles = np.empty((3, *x.shape))
    im2col.convolve(x, W, None, exact, SAME)
    x, W = x.astype(np.float32), W.astype(np.float32)
    for y, in_single in [(plain, im2col.convolve), (tiles, winograd.convolve)]:
        out = np.empty(x.shape, np.float32)
        in_single(x, W if y is plain else winograd.transform_filters(W), None, out, SAME)
        y[...] = out
    assert np.abs(tiles - exact).max() < 6 * np.abs(plain - exact).max()


def test_filter_gradient_is_transpose_of_transform_filters():
    rng = np.random.default_rng(3)
    W, dU = rng.standard_normal((4, 5, 3, 3)), rng.standard_normal((16, 4, 5))
    there, back = winograd.transform_filters(W), winograd.filter_gradient(dU)
    assert np.vdot(there, dU) == pytest.approx(np.vdot(W, back), rel=1e-12)


def test_winograd_applies_to_many_channels_of_large_maps():
    assert winograd.applies_to(SAME, 32, (32, 28, 28))
    assert winograd.applies_to(SAME, 64, (64, 7, 7))
    assert not winograd.applies_to(SAME, 1, (32, 28, 28))
    assert not winograd.applies_to(SAME, 64, (64, 1, 1))
    assert not winograd.applies_to(Windows((3, 3), before=(3, 1)), 32, (32, 28, 28))
    assert not winograd.applies_to(Windows((3, 3), stride=(1, 2)), 32, (32, 28, 28))
    assert not winograd.applies_to(Windows((3, 5)), 32, (32, 28, 28))


def test_images_at_once_is_at_least_one():
    assert winograd.images_at_once(Windows((3, 3)), 32, (32, 28, 28), 4) > 1
    assert winograd.images_at_once(Windows((3, 3)), 512, (512, 99, 99), 8) == 1


@pytest.mark.parametrize("padding", [0, "same", 2])
def test_conv2d_gradients_agree_with_differences_and_with_shifted(monkeypatch, padding):
    monkeypatch.setattr(winograd, "SUMS_PER_CHANNEL", -16)  # for few channels too
    monkeypatch.setattr(winograd, "TRANSFORMED_BYTES", 1 << 14)
    layer = Conv2D(2, 3, padding=padding, l2=0.1, bias_init="torch_uniform")
    layer.build((3, 5, 6), rng=np.random.default_rng(0), dtype=np.float64)
    windows = layer._windows
    assert winograd.applies_to(windows, 3, (2, *windows.count((5, 6))))
    x = np.random.default_rng(1).standard_normal((9, 3, 5, 6))
    check_gradients(layer, x=x, rng=np.random.default_rng(2), samples=None)
    layer.forward(x, training=True)
    G = np.ones((9, 2, *windows.count((5, 6))))
    dx = layer.backward(G)
    gradients = {name: array.copy() for name, array in layer.gradients().items()}
    monkeypatch.setattr(winograd, "applies_to", lambda *arguments: False)
    layer.forward(x, training=True)
    np.testing.assert_allclose(layer.backward(G), dx, atol=1e-12)
    for name, array in layer.gradients().items():
        np.testing.assert_allclose(array, gradients[name], atol=1e-11)


def test_conv2d_gives_same_bits_on_any_number_of_threads(monkeypatch):
    monkeypatch.setattr(winograd, "SUMS_PER_CHANNEL", -16)
    monkeypatch.setattr(winograd, "TRANSFORMED_BYTES", 1 << 14)
    x = np.random.default_rng(3).standard_normal((37, 3, 9, 11)).astype(np.float32)
    results = []
    for threads in ("1", "2", "3", "8"):
        monkeypatch.setenv("NP_LAYERS_THREADS", threads)
        layer = Conv2D(5, 3, padding=1)
        layer.build(x.shape[1:], rng=np.random.default_rng(0), dtype=x.dtype)
        y = layer.forward(x, training=True)
        arrays = [y, layer.backward(np.cos(y)), *layer.gradients().values()]
        results.append([array.tobytes() for array in arrays])
    assert all(result == results[0] for result in results)
