# mypy: ignore-errors
"""Break it: Adam with a constant correction. Prove it: four optimizers train the same network.

Run:  python experiment.py
"""

import numpy as np
from adam import AdaDelta, Adagrad, Adam, RMSprop

from np_lab.digits import digits
from np_lab.playground import accuracy, chart, save_chart, train
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.tasks import cross_entropy


class FlawedAdam(Adam):
    """The founding mistake: the constants 1 - β₁² and 1 - β₂² instead of 1 - βᵗ."""

    def step(self, p, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1**2), self.v / (1 - self.beta2**2)
        p -= self.lr * m / (np.sqrt(v) + self.eps)


print("How far does one step go, for lr = 0.1 and a gradient that stays 5?")
for optimizer in (Adam(0.1), FlawedAdam(0.1)):
    p, moved = np.array([0.0]), []
    for step in range(1000):
        before = p.copy()
        optimizer.step(p, np.array([5.0]))
        if step in (0, 1, 9, 99, 999):
            moved.append(round(float(before[0] - p[0]), 4))
    print(f"  {type(optimizer).__name__:11} steps 1, 2, 10, 100, 1000: {moved}")

images, labels = digits(1500, seed=5, shift=1)
x = images.reshape(len(images), -1)
curves = {}
makers = {
    "Adagrad": lambda: Adagrad(0.05),
    "RMSprop": lambda: RMSprop(0.003),
    "AdaDelta": AdaDelta,
    "Adam": lambda: Adam(0.01),
    "Adam, flawed": lambda: FlawedAdam(0.01),
}
for name, make in makers.items():
    layers = [Dense(144, 10, np.random.default_rng(0))]
    curves[name] = train(layers, cross_entropy, make, x[:1200], labels[:1200], steps=200)
    right = accuracy(layers, x[1200:], labels[1200:])
    print(f"{name:13} right on new digits after 200 steps: {right:.1%}")
print(chart(curves))
save_chart(curves, "optimizers.svg")
print("The same picture in color: optimizers.svg")
