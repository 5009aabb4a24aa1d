"""Train two tiny networks in exact arithmetic and print the SHA-256 of what comes out.

The networks use every kind of operation of the pipeline. Only the packages and NumPy are needed,
so that this file runs on any machine, emulated ones included::

    PYTHONPATH=packages/np-data/src:packages/np-layers/src:packages/np-optim/src python tiny.py
"""

from __future__ import annotations

import hashlib
import json
import platform
from functools import partial
from typing import Any

import numpy as np

import np_data
import np_layers
import np_optim

Array = np.ndarray[Any, Any]


def digits(count: int, side: int) -> tuple[Array, Array]:
    """Return images of bars and squares with noise, shape (count, 1, side, side), and classes."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 4, count)
    images = rng.integers(0, 60, (count, 1, side, side))
    low, high = side // 4, side - side // 4
    for image, label in zip(images, labels, strict=True):
        if label == 0:
            image[0, low:high, side // 2] = 255
        elif label == 1:
            image[0, side // 2, low:high] = 255
        elif label == 2:
            image[0, [low, high - 1], low:high] = 255
        else:
            np.fill_diagonal(image[0], 255)
    return images.astype(np.uint8), labels


def dense() -> tuple[list[np_layers.Layer], np_optim.Optimizer, dict[str, Any], Any]:
    """Dense layers, dropout, L2, Adam with a cosine schedule."""
    layers = [
        np_layers.Flatten(),
        np_layers.Dense(24, l2=1e-3),
        np_layers.Tanh(),
        np_layers.Dropout(0.2),
        np_layers.Dense(16, l2=1e-3),
        np_layers.GELU(),
        np_layers.Dense(4),
    ]
    return layers, np_optim.Adam(np_optim.cosine(0.01, steps=40)), {}, None


def convolutional() -> tuple[list[np_layers.Layer], np_optim.Optimizer, dict[str, Any], Any]:
    """Convolution, pooling, batch norm, augmentation, momentum, label smoothing."""
    layers = [
        np_layers.Conv2D(4, 3, padding="same"),
        np_layers.BatchNorm(),
        np_layers.ReLU(),
        np_layers.MaxPool2D(2),
        np_layers.Conv2D(6, 3, stride=2),
        np_layers.Sigmoid(),
        np_layers.AvgPool2D(2),
        np_layers.Flatten(),
        np_layers.LayerNorm(),
        np_layers.Dense(4),
    ]
    augment = np_data.compose(
        partial(np_data.elastic, alpha=4, sigma=2),
        partial(np_data.random_affine, degrees=10, translate=1, scale=(0.9, 1.1), shear=5),
        partial(np_data.random_shift, max_shift=1),
    )
    optimizer = np_optim.SGD(np_optim.one_cycle(0.05, steps=40), momentum=0.9, nesterov=True)
    return layers, optimizer, {"label_smoothing": 0.1}, augment


def sha256(*arrays: Array) -> str:
    """Return the hash of the arrays' numbers, in little-endian order on every machine."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def train(recipe: Any, *, steps: int = 40) -> dict[str, str]:
    """Train one network and return the hashes of weights, history and predictions."""
    images, labels = digits(160, 12)
    layers, optimizer, options, augment = recipe()
    (x, y), (x_val, y_val) = np_data.train_val_split(images, labels, val_fraction=0.2, seed=1)
    scale = np_data.Standardize().fit(x)
    x_val = scale.apply(x_val)
    model = np_layers.Sequential(
        layers,
        input_shape=(1, 12, 12),
        rng=np.random.default_rng(3),
        arithmetic="exact",
    )
    batches = np_data.Batches(x, y, batch_size=16, seed=2, last="drop", transform=augment)
    history = []
    for step in range(steps):
        epoch, index = divmod(step, len(batches))
        if index == 0:
            rows = list(batches.epoch(epoch))
        xb, yb = rows[index]
        logits = model.forward(scale.apply(xb), training=True)
        loss, grad = np_layers.cross_entropy(logits, yb, arithmetic="exact", **options)
        model.backward(grad)
        gradients, norm = np_optim.clip_by_norm(model.gradients(), 1.0)
        optimizer.step(model.parameters(), gradients)
        history.append([loss, model.penalty(), norm])
    predictions = model.predict(x_val, batch_size=7)
    loss, _ = np_layers.cross_entropy(predictions, y_val, arithmetic="exact")
    history.append([loss, float((predictions.argmax(axis=1) == y_val).mean()), 0.0])
    state = model.state_dict()
    return {
        "weights": sha256(*(state[name] for name in sorted(state))),
        "history": sha256(np.array(history)),
        "predictions": sha256(predictions),
        "accuracy": f"{history[-1][1]:.3f}",
    }


if __name__ == "__main__":
    result = {
        "machine": platform.machine(),
        "numpy": np.__version__,
        "dense": train(dense),
        "convolutional": train(convolutional),
    }
    print(json.dumps(result))
