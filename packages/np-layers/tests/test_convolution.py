"""im2col and shifted agree with the definition, written as loops."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from np_layers.kernels import im2col, shifted
from np_layers.kernels.windows import Windows


def loop_convolution(x, W, windows):
    """Return y by the definition, position by position."""
    (N, _, H, width), F = x.shape, len(W)
    xp = padded(x, windows)
    rows, columns = window_starts(H, 0, windows), window_starts(width, 1, windows)
    y = np.zeros((N, F, len(rows), len(columns)), x.dtype)
    for h, r in enumerate(rows):
        for w, s in enumerate(columns):
            y[:, :, h, w] = np.einsum("ncij,fcij->nf", window_at(xp, r, s, windows), W)
    return y


def loop_gradients(x, W, G, windows):
    (top, left), (H, width) = windows.before, x.shape[2:]
    xp = padded(x, windows)
    dW, dxp = np.zeros_like(W), np.zeros_like(xp)
    for h, r in enumerate(window_starts(H, 0, windows)):
        for w, s in enumerate(window_starts(width, 1, windows)):
            dW += np.einsum("nf,ncij->fcij", G[:, :, h, w], window_at(xp, r, s, windows))
            pixels = window_at(dxp, r, s, windows)
            pixels += np.einsum("nf,fcij->ncij", G[:, :, h, w], W)
    return dW, dxp[:, :, top : top + H, left : left + width]


def padded(x, windows):
    (top, left), (bottom, right) = windows.before, windows.after
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))


def window_starts(size, axis, windows):
    length = (windows.kernel[axis] - 1) * windows.dilation[axis] + 1
    padded_size = size + windows.before[axis] + windows.after[axis]
    return range(0, padded_size - length + 1, windows.stride[axis])


def window_at(xp, row, column, windows):
    """Return a view of the pixels of one window."""
    (kh, kw), (dh, dw) = windows.kernel, windows.dilation
    return xp[:, :, row : row + kh * dh : dh, column : column + kw * dw : dw][:, :, :kh, :kw]


@st.composite
def problems(draw):
    kernel = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stride = draw(st.sampled_from([(1, 1), (1, 1), (2, 2), (1, 3), (3, 2)]))
    dilation = draw(st.sampled_from([(1, 1), (1, 1), (2, 2), (1, 3)]))
    before = tuple(draw(st.integers(0, 3)) for _ in range(2))
    after = tuple(draw(st.integers(0, 3)) for _ in range(2))
    lengths = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    H, width = (
        draw(st.integers(max(1, n - b - a), 11))
        for n, b, a in zip(lengths, before, after, strict=True)
    )
    N, C, F = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    windows = Windows(kernel, stride, before, after, dilation)
    x = rng.standard_normal((N, C, H, width))
    W = rng.standard_normal((F, C, *kernel))
    return x, W, windows, rng


def kernels_for(windows):
    return [im2col] + [shifted] * shifted.applies_to(windows)


@settings(max_examples=150)
@given(problem=problems(), few_channels=st.sampled_from([1, 8]))
def test_kernels_agree_with_definition(problem, few_channels):
    x, W, windows, rng = problem
    expected = loop_convolution(x, W, windows)
    G = rng.standard_normal(expected.shape)
    expected_dW, expected_dx = loop_gradients(x, W, G, windows)
    assert windows.count(x.shape[2:]) == expected.shape[2:]
    for kernels in kernels_for(windows):
        y, dx = np.full(expected.shape, np.nan), np.full(x.shape, np.nan)
        dW = np.ones(W.shape)
        kernels.convolve(x, W, y, windows)
        kernels.add_weight_gradient(x, G, dW, windows)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shifted, "FEW_CHANNELS", few_channels)
            kernels.input_gradient(G, W, dx, windows)
        np.testing.assert_allclose(y, expected, atol=1e-11)
        np.testing.assert_allclose(dW - 1, expected_dW, atol=1e-11)
        np.testing.assert_allclose(dx, expected_dx, atol=1e-11)


@pytest.mark.parametrize("kernels", [im2col, shifted])
def test_kernels_give_same_bits_for_any_memory_layout(kernels):
    rng = np.random.default_rng(1)
    windows = Windows((3, 2), before=(1, 1), after=(1, 0))
    x = rng.standard_normal((9, 3, 8, 7)).astype(np.float32)
    W = rng.standard_normal((4, 3, 3, 2)).astype(np.float32)
    G = rng.standard_normal((9, 4, 8, 7)).astype(np.float32)
    results = []
    for arrange in (np.ascontiguousarray, channels_last, every_second, reversed_rows):
        y, dx, dW = (np.zeros(s, np.float32) for s in (G.shape, x.shape, W.shape))
        kernels.convolve(arrange(x), W, y, windows)
        kernels.add_weight_gradient(arrange(x), arrange(G), dW, windows)
        kernels.input_gradient(arrange(G), W, dx, windows)
        results.append([array.tobytes() for array in (y, dx, dW)])
    assert all(result == results[0] for result in results)


def channels_last(x):
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def every_second(x):
    wide = np.zeros((*x.shape[:3], 2 * x.shape[3]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


def reversed_rows(x):
    return np.ascontiguousarray(x[:, :, ::-1])[:, :, ::-1]


def test_col2im_is_transpose_of_im2col():
    rng = np.random.default_rng(2)
    windows = Windows((3, 2), (2, 1), (1, 0), (0, 2))
    x = rng.standard_normal((2, 3, 7, 6))
    cols = im2col.im2col(x, windows)
    other = rng.standard_normal(cols.shape)
    image = im2col.col2im(other, x.shape, windows)
    assert np.vdot(cols, other) == pytest.approx(np.vdot(x, image), rel=1e-12)


def test_shifted_applies_to_stride_one_and_small_padding():
    assert shifted.applies_to(Windows((3, 3), before=(2, 2), after=(2, 2)))
    assert not shifted.applies_to(Windows((3, 3), stride=(1, 2)))
    assert not shifted.applies_to(Windows((3, 3), before=(3, 0)))
    assert shifted.applies_to(Windows((3, 3), before=(3, 0), dilation=(2, 1)))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (1, 2, 9),
            "Conv2D's window (3, 3) must fit into the image, got height and width (2, 9), (2, 9) "
            "with padding; use a smaller kernel_size, more padding, or fewer layers",
        ),
        (
            (28, 28),
            "got (28, 28); add the channel axis: x[:, None], input_shape=(1, 28, 28)",
        ),
        ((64, 1, 28, 28), "got (64, 1, 28, 28); leave out the batch axis: input_shape=(1, 28, 28)"),
        (
            (28, 28, 1),
            "got height and width (28, 1), (28, 1) with padding; if the channels are the last "
            "axis, use np.moveaxis(x, -1, 1), input_shape=(1, 28, 28)",
        ),
        ((784,), "got (784,); reshape rows of pixels to (batch, channels, height, width)"),
    ],
)
def test_output_shape_rejects_other_shapes_and_says_what_to_do(shape, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Windows((3, 3)).output_shape(shape, "Conv2D")


@pytest.mark.parametrize(("shape", "first"), [((28, 28, 1), (1, 28, 28)), ((9, 9, 3), (3, 9, 9))])
def test_output_shape_warns_of_channels_last(shape, first):
    windows = Windows((3, 3), before=(1, 1), after=(1, 1))
    message = f"use np.moveaxis(x, -1, 1), input_shape={first}"
    with pytest.warns(UserWarning, match=re.escape(message)):
        assert windows.output_shape(shape, "Conv2D") == shape[1:]
