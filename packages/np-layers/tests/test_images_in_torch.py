"""Convolution and pooling agree with PyTorch. Needs the dependency group `torch`."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from np_layers import AvgPool2D, Conv2D, GlobalAvgPool2D, MaxPool2D

torch = pytest.importorskip("torch", reason="the dependency group torch is not installed")
nn = torch.nn


def compare(layer, twin, x, tolerance=1e-11):
    """Compare outputs and all gradients for a random dL/dy."""
    layer.build(x.shape[1:], rng=np.random.default_rng(0), dtype=x.dtype)
    twin = twin.to(torch.float64 if x.dtype == np.float64 else torch.float32)
    pairs = dict(twin.named_parameters())
    for name, array in layer.parameters().items():
        pairs[name].data = torch.from_numpy(array.copy())
    y = layer.forward(x, training=True)
    images = torch.from_numpy(x.copy()).requires_grad_()
    expected = twin(images)
    np.testing.assert_allclose(y, expected.detach().numpy().reshape(y.shape), atol=tolerance)
    G = np.random.default_rng(1).standard_normal(y.shape).astype(x.dtype)
    dx = layer.backward(G)
    expected.backward(torch.from_numpy(G).reshape(expected.shape))
    np.testing.assert_allclose(dx, images.grad.numpy(), atol=tolerance)
    for name, gradient in layer.gradients().items():
        np.testing.assert_allclose(gradient, pairs[name].grad.numpy(), atol=tolerance)


def images(*shape, dtype=np.float64):
    return np.random.default_rng(2).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("stride", [1, 2, (1, 3)])
@pytest.mark.parametrize("padding", [0, 1, (2, 0), 5])
@pytest.mark.parametrize("kernel_size", [1, 3, (2, 4)])
@pytest.mark.parametrize("channels", [1, 9])
def test_conv2d_agrees_with_torch(channels, kernel_size, padding, stride):
    options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    compare(Conv2D(4, **options), nn.Conv2d(channels, 4, **options), images(3, channels, 9, 8))


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch says that it copies
@pytest.mark.parametrize("kernel_size", [2, 3, (4, 5)])
def test_conv2d_with_same_padding_agrees_with_torch(kernel_size):
    layer, twin = (
        Conv2D(4, kernel_size, padding="same", bias=False),
        nn.Conv2d(2, 4, kernel_size, padding="same", bias=False),
    )
    compare(layer, twin, images(3, 2, 9, 8))


def test_conv2d_in_float32_agrees_with_torch_for_large_batch():
    layer, twin = Conv2D(32, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
    compare(layer, twin, images(64, 16, 14, 14, dtype=np.float32), tolerance=2e-3)


POOLS = [
    options
    for options in itertools.product((1, 2, 3, (2, 4)), (None, 1, 2, (3, 1)), (0, 1))
    if options[2] * 2 <= (options[0] if isinstance(options[0], int) else min(options[0]))
]


@pytest.mark.parametrize(("kernel_size", "stride", "padding"), POOLS)
@pytest.mark.parametrize(("ours", "theirs"), [(MaxPool2D, nn.MaxPool2d), (AvgPool2D, nn.AvgPool2d)])
def test_pooling_agrees_with_torch_also_for_ties(ours, theirs, kernel_size, stride, padding):
    options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    compare(ours(**options), theirs(**options), images(3, 2, 9, 8))
    ties = np.maximum(np.round(images(3, 2, 9, 8)), 0)
    compare(ours(**options), theirs(**options), ties)


@pytest.mark.parametrize("value", [-np.inf, np.inf, 0.0, -0.0])
def test_max_pool_of_equal_values_agrees_with_torch(value):
    compare(MaxPool2D(3, 2, 1), nn.MaxPool2d(3, 2, 1), np.full((2, 1, 6, 5), value))


def test_global_average_agrees_with_torch():
    compare(GlobalAvgPool2D(), nn.AdaptiveAvgPool2d(1), images(3, 4, 5, 6))
