# mypy: ignore-errors
"""Break it: metrics indexed by the labels that occur. Prove it: compare two networks fairly.

Run:  python experiment.py
"""

import numpy as np
from metrics import confusion_matrix, expected_calibration_error, f1_scores, paired_difference

from np_lab.digits import digits
from np_lab.playground import forward, train
from np_lab.units.activations.solutions import ReLU
from np_lab.units.dense.tasks import Dense
from np_lab.units.losses.solutions import cross_entropy, softmax


def flawed_recall(labels, predictions):
    """The founding mistake: one entry for each label that happens to occur."""
    return [float(np.mean(predictions[labels == k] == k)) for k in np.unique(labels)]


labels, predictions = np.array([0, 2, 2, 3]), np.array([0, 2, 1, 3])
print("flawed recall per class:", flawed_recall(labels, predictions), "- which one is class 3?")
print("your confusion matrix:\n", confusion_matrix(labels, predictions, 4))


class SGD:
    def step(self, p, g):
        p -= 0.1 * g


images, labels = digits(2500, seed=9, shift=1)
x = images.reshape(len(images), -1)
right = {}
for hidden in (32, 64):
    rng = np.random.default_rng(1)
    layers = [Dense(144, hidden, rng), ReLU(), Dense(hidden, 10, rng)]
    train(layers, cross_entropy, SGD, x[:1500], labels[:1500], steps=800)
    p = softmax(forward(layers, x[1500:]))
    right[hidden] = (p.argmax(axis=1) == labels[1500:]).astype(int)
    f1 = np.mean(f1_scores(confusion_matrix(labels[1500:], p.argmax(axis=1), 10)))
    error = expected_calibration_error(p, labels[1500:], 10)
    print(
        f"{hidden} hidden units: accuracy {right[hidden].mean():.3f}, macro F1 {f1:.3f}, "
        f"calibration error {error:.3f}"
    )
difference, standard_error = paired_difference(right[64], right[32])
print(f"64 against 32: {difference:+.3f} ± {1.96 * standard_error:.3f} (95 %)")
