# mypy: ignore-errors
"""Train a network of your own parts: units 2, 3, 4, 7 and 12 together.

Run:  python experiment.py
"""

import sys
from pathlib import Path

import numpy as np

for unit in ("02_dense", "03_activations", "04_losses", "07_adam"):
    sys.path.append(str(Path(__file__).parent.parent / unit))

from activations import LeakyReLU  # noqa: E402
from adam import Adam  # noqa: E402
from capstone import batches, split, train_step  # noqa: E402
from dense import Dense  # noqa: E402
from losses import cross_entropy  # noqa: E402

from np_lab.digits import digits  # noqa: E402
from np_lab.playground import accuracy, chart  # noqa: E402

# The recipe of the first write-up, on small digits: leaky ReLU, cross entropy, Adam, 10 epochs.
images, labels = digits(4000, seed=11, shift=1)
x = images.reshape(len(images), -1)
rng = np.random.default_rng(1234)
train, validation = split(3000, 0.1, rng)
layers = [
    Dense(144, 128, rng),
    LeakyReLU(0.01),
    Dense(128, 64, rng),
    LeakyReLU(0.01),
    Dense(64, 10, rng),
]
optimizers = [(layer, name, Adam(0.001)) for layer in layers[::2] for name in ("W", "b")]

history = []
for epoch in range(1, 11):
    losses = []
    for rows in batches(len(train), 128, rng):
        rows = train[rows]
        losses.append(train_step(layers, cross_entropy, optimizers, x[rows], labels[rows]))
    history += losses
    seen = accuracy(layers, x[validation], labels[validation])
    print(f"epoch {epoch:2}  loss {np.mean(losses):.3f}  validation {seen:.1%}")
print(chart({"loss": history}))
print(f"right on 1000 new digits: {accuracy(layers, x[3000:], labels[3000:]):.1%}")
