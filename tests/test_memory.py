"""A step of training asks for no memory that it could have kept from the step before."""

from __future__ import annotations

import tracemalloc
from itertools import islice

import numpy as np
import pytest

import np_data
import np_layers
import np_optim

MEGABYTE = 1 << 20


@pytest.mark.parametrize("sizes", [(128, 64), (256,), (1024, 128, 64), (512, 512)])
@pytest.mark.parametrize("make", [np_optim.SGD, np_optim.Adam])
def test_a_step_of_a_dense_network_allocates_less_than_a_megabyte(sizes, make):
    layers = [layer for size in sizes for layer in (np_layers.Dense(size), np_layers.ReLU())]
    rng = np.random.default_rng(0)
    model = np_layers.Sequential([*layers, np_layers.Dense(10)], input_shape=784, rng=rng)
    optimizer = make(0.001)
    x, y = rng.random((1000, 784), dtype=np.float32), rng.integers(0, 10, 1000)
    batches = np_data.Batches(x, y, batch_size=128, seed=0)  # 392 KiB each

    def train(steps):
        for inputs, labels in islice(batches, steps):
            _, grad = np_layers.cross_entropy(model.forward(inputs, training=True), labels)
            model.backward(grad, input_gradient=False)
            optimizer.step(model.parameters(), model.gradients())

    train(3)
    tracemalloc.start()
    try:
        train(5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTE
