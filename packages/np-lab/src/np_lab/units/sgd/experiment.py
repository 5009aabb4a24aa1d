# mypy: ignore-errors
"""Break it: a learning rate that is too large. Prove it: your optimizers in a narrow valley.

Run:  python experiment.py
"""

import numpy as np
from sgd import SGD, Momentum, Nesterov

from np_lab.digits import digits
from np_lab.playground import accuracy, chart, save_chart, train
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy

# A valley: L = ½ (p₁² + 50 p₂²). It is 50 times as steep in one direction.
STEEPNESS = np.array([1.0, 50.0])


def descend(optimizer, steps=60):
    p = np.array([-4.0, 1.0])
    losses = []
    for _ in range(steps):
        losses.append(0.5 * np.sum(STEEPNESS * p**2))
        optimizer.step(p, STEEPNESS * p)
    return losses


print("last loss in the valley, SGD with three learning rates:")
for lr in (0.01, 0.039, 0.041):
    print(f"  lr {lr:<6} {descend(SGD(lr))[-1]:.3g}")
curves = {"SGD": SGD(0.03), "Momentum": Momentum(0.01), "Nesterov": Nesterov(0.01)}
curves = {name: list(np.log10(descend(one))) for name, one in curves.items()}
print("log10 of the loss, step by step (also in valley.svg):")
print(chart(curves))
save_chart(curves, "valley.svg")

images, labels = digits(1000, seed=3, shift=1)
x = images.reshape(len(images), -1)
for name, make in {"SGD": lambda: SGD(0.02), "Momentum": lambda: Momentum(0.02)}.items():
    layers = [Dense(144, 10, np.random.default_rng(0))]
    train(layers, cross_entropy, make, x[:800], labels[:800], steps=300)
    right = accuracy(layers, x[800:], labels[800:])
    print(f"{name:10} right on new digits after 300 steps: {right:.1%}")
